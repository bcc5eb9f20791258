//go:build unix

package extract

import (
	"encoding/binary"
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// requestPipe makes the two ends of a Unix socket, over which descriptors can travel.
func requestPipe() (ours, theirs *os.File, err error) {
	syscall.ForkLock.RLock()
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err == nil {
		unix.CloseOnExec(ends[0])
		unix.CloseOnExec(ends[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	return os.NewFile(uintptr(ends[0]), "requests"), os.NewFile(uintptr(ends[1]), "requests"), nil
}

// sendFile writes one frame with f's descriptor on its first byte.
func sendFile(to *os.File, frame []byte, f *os.File) error {
	target, err := to.SyscallConn()
	if err != nil {
		return err
	}
	source, err := f.SyscallConn()
	if err != nil {
		return os.ErrClosed
	}
	var sent error
	err = source.Control(func(fd uintptr) {
		rights := unix.UnixRights(int(fd))
		if err := target.Control(func(socket uintptr) {
			var n int
			n, sent = unix.SendmsgN(int(socket), frame, rights, nil, noSignal)
			if sent == nil && n < len(frame) {
				sent = io.ErrShortWrite
			}
		}); err != nil {
			sent = err
		}
	})
	if err != nil {
		return os.ErrClosed
	}
	return sent
}

// passedPath is empty: the descriptor is passed.
func passedPath(*os.File) string { return "" }

// receiver takes requests off a Unix socket. Frames and descriptors arrive in the same order.
type receiver struct {
	socket int
	kept   *os.File // keeps the socket open
	data   []byte
	files  []int
	buffer [16 << 10]byte
	rights []byte
}

func newReceiver(stdin *os.File) *receiver {
	return &receiver{socket: int(stdin.Fd()), kept: stdin, rights: make([]byte, unix.CmsgSpace(4*pipelined))}
}

// next returns the next request and its file, or io.EOF once the other end has closed.
func (r *receiver) next() (request, *os.File, error) {
	payload, err := r.frame()
	if err != nil {
		return request{}, nil, err
	}
	if len(r.files) == 0 {
		return request{}, nil, errFrame
	}
	fd := r.files[0]
	r.files = r.files[1:]
	f := os.NewFile(uintptr(fd), "document")
	q, err := decodeRequest(payload)
	if err != nil {
		f.Close()
	}
	return q, f, err
}

func (r *receiver) frame() ([]byte, error) {
	for {
		if len(r.data) >= 4 {
			n := int(binary.LittleEndian.Uint32(r.data))
			if n > 1<<20 {
				return nil, errFrame
			}
			if len(r.data) >= 4+n {
				payload := r.data[4 : 4+n]
				r.data = r.data[4+n:]
				return payload, nil
			}
		}
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
}

func (r *receiver) fill() error {
	n, control, _, _, err := unix.Recvmsg(r.socket, r.buffer[:], r.rights, 0)
	switch {
	case err == unix.EINTR:
		return nil
	case err != nil:
		return os.NewSyscallError("recvmsg", err)
	case n == 0 && len(r.data) > 0:
		return io.ErrUnexpectedEOF
	case n == 0:
		return io.EOF
	}
	r.data = append(r.data[:len(r.data):len(r.data)], r.buffer[:n]...)
	messages, err := unix.ParseSocketControlMessage(r.rights[:control])
	if err != nil {
		return os.NewSyscallError("recvmsg", err)
	}
	for _, m := range messages {
		fds, err := unix.ParseUnixRights(&m)
		if err != nil {
			return os.NewSyscallError("recvmsg", err)
		}
		r.files = append(r.files, fds...)
	}
	return nil
}
