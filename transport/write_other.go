//go:build !linux

package transport

import (
	"errors"
	"net"
	"syscall"
)

// rawConn returns nothing: every connection is written to by a goroutine of its
// own.
func rawConn(net.Conn) syscall.RawConn { return nil }

func writeOnce(uintptr, []byte) (int, error) { return 0, errors.ErrUnsupported }
