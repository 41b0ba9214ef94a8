package fetch

import (
	"context"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// Resolver finds the addresses of a host. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// leastDial is the least time that each of several addresses gets to answer.
const leastDial = 2 * time.Second

// dial connects to a host by one of its addresses that is public or on the list. What is checked is the address itself,
// and again where the connection is made: a name that leads elsewhere the next moment gains nothing.
func (c *Client) dial(ctx context.Context, network, hostPort string, allowed []Allowed) (net.Conn, error) {
	host, port, err := net.SplitHostPort(hostPort)
	if err != nil {
		return nil, err
	}
	addresses, err := c.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	free := allowsHost(allowed, host)
	may := func(address netip.Addr) bool { return free || c.public(address) || allowsAddress(allowed, address) }
	dialer := net.Dialer{KeepAlive: 30 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		if to, err := netip.ParseAddrPort(address); err != nil || !may(to.Addr()) {
			return errRefused
		}
		return nil
	}}
	last := errRefused
	for i, address := range addresses {
		if !may(address) {
			continue
		}
		connection, err := dialOne(ctx, dialer, network, net.JoinHostPort(address.String(), port), len(addresses)-i)
		if err == nil {
			return connection, nil
		}
		last = err
	}
	return nil, last
}

// addresses returns where a host is.
func (c *Client) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if address, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{address}, nil
	}
	return c.resolver.LookupNetIP(ctx, "ip", host)
}

// dialOne connects to one address of several that are left, and leaves time for the others.
func dialOne(ctx context.Context, dialer net.Dialer, network, address string, left int) (net.Conn, error) {
	if until, ok := ctx.Deadline(); ok && left > 1 {
		share := max(time.Until(until)/time.Duration(left), leastDial)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, share)
		defer cancel()
	}
	return dialer.DialContext(ctx, network, address)
}
