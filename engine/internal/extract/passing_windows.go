package extract

import (
	"bufio"
	"encoding/binary"
	"io"
	"os"
)

// Descriptors cannot be handed to a running process here as simply as over a Unix socket: the child gets the path, and
// what it reads is compared by its hash as everywhere.

func requestPipe() (ours, theirs *os.File, err error) {
	theirs, ours, err = os.Pipe()
	return ours, theirs, err
}

func sendFile(to *os.File, frame []byte, f *os.File) error {
	_, err := to.Write(frame)
	return err
}

func passedPath(f *os.File) string { return f.Name() }

type receiver struct{ from *bufio.Reader }

func newReceiver(stdin *os.File) *receiver { return &receiver{from: bufio.NewReader(stdin)} }

func (r *receiver) next() (request, *os.File, error) {
	payload, err := r.frame()
	if err != nil {
		return request{}, nil, err
	}
	q, err := decodeRequest(payload)
	if err != nil {
		return q, nil, err
	}
	f, err := os.Open(q.Path)
	if err != nil {
		f = os.NewFile(^uintptr(0), q.Name) // every use fails, and so does the file
	}
	return q, f, nil
}

func (r *receiver) frame() ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r.from, head[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(head[:])
	if n > 1<<20 {
		return nil, errFrame
	}
	payload := make([]byte, n)
	_, err := io.ReadFull(r.from, payload)
	return payload, err
}
