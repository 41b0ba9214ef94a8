//go:build unix

package transport

import (
	"errors"
	"net"
	"syscall"
)

// rawConn gives access to the socket of a connection, nil where there is none
// to be written to directly.
func rawConn(conn net.Conn) syscall.RawConn {
	plain, ok := conn.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := plain.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}

// writeOnce writes what a socket takes at once. That it is less is no error.
func writeOnce(fd uintptr, data []byte) (int, error) {
	for {
		n, err := syscall.Write(int(fd), data)
		switch {
		case err == nil:
			return n, nil
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			return 0, nil
		default:
			return 0, err
		}
	}
}
