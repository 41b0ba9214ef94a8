package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"syscall"
)

// explain returns a failure as an error that may be shown. Errors of net/http contain the address of the request, and those of
// net the addresses behind it.
func (c *Client) explain(ctx context.Context, err error) *Error {
	own, isOwn := errors.AsType[*Error](err)
	lookup, isLookup := errors.AsType[*net.DNSError](err)
	_, badCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, badAuthority := errors.AsType[x509.UnknownAuthorityError](err)
	timeout, isNet := errors.AsType[net.Error](err)
	switch {
	case isOwn:
		return own
	case badCertificate, badAuthority:
		return &Error{Message: "the certificate of the host is not valid"}
	case ctx.Err() != nil, isNet && timeout.Timeout() && !isLookup:
		return &Error{Message: "there was no response in time", Temporary: true}
	case isLookup && lookup.IsNotFound:
		return &Error{Message: "the host was not found", Temporary: true}
	case isLookup:
		return &Error{Message: "the host could not be looked up", Temporary: true}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &Error{Message: "the connection was refused", Temporary: true}
	default:
		return &Error{Message: "the connection failed", Temporary: true}
	}
}
