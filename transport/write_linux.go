package transport

import (
	"errors"
	"net"
	"syscall"
	"unsafe"
)

// rawConn returns access to the socket of a connection, nil where there is none
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
//
// The socket never blocks, so the scheduler is not told of the call: it would
// look for another thread each time the call takes 20 µs, which is what there is
// to gain by calling the system directly.
func writeOnce(fd uintptr, data []byte) (int, error) {
	for {
		n, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, fd, uintptr(unsafe.Pointer(unsafe.SliceData(data))), uintptr(len(data)))
		switch {
		case errno == 0:
			return int(n), nil
		case errors.Is(errno, syscall.EINTR):
		case errors.Is(errno, syscall.EAGAIN):
			return 0, nil
		default:
			return 0, errno
		}
	}
}
