package fetch

import (
	"context"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// Resolver looks up the addresses of a host. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// leastDial is how long each of several addresses has at least to answer.
const leastDial = 2 * time.Second

// dial connects to one of a host's addresses that is public or allowed. The address itself is checked, and again when the
// connection is made, so a name that resolves differently a moment later gains nothing.
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
	var last error = errRefused
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

// addresses returns the addresses of a host.
func (c *Client) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if address, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{address}, nil
	}
	return c.resolver.LookupNetIP(ctx, "ip", host)
}

// dialOne connects to the next of left addresses, and leaves time for the others.
func dialOne(ctx context.Context, dialer net.Dialer, network, address string, left int) (net.Conn, error) {
	if until, ok := ctx.Deadline(); ok && left > 1 {
		share := max(time.Until(until)/time.Duration(left), leastDial)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, share)
		defer cancel()
	}
	return dialer.DialContext(ctx, network, address)
}
