// Package clamd asks the daemon of ClamAV whether bytes are infected. It knows three of the daemon's commands: PING,
// VERSION and INSTREAM, by which bytes are sent so that the daemon needs no right to the file
// (https://docs.clamav.net/manual/Usage/Scanning.html#clamd). One connection a command; the package keeps no state and
// starts no goroutine that outlives a call.
//
// The one library for this that can be had, dutchcoders/go-clamd, was last touched in 2017; there is less to the protocol
// than to a library.
package clamd

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	dialTime = 5 * time.Second
	waitTime = 2 * time.Minute // for the daemon to take a chunk, or to make up its mind
	chunk    = 256 << 10       // bytes sent at once
	longest  = 4 << 10         // bytes of an answer
)

// Errors of Scan beside those of reading the bytes. What clamd found is Infected.
var (
	ErrAway   = errors.New("clamd does not answer")
	ErrLarge  = errors.New("more bytes than clamd takes")
	ErrGaveUp = errors.New("clamd could not scan this") // but answers all the same
)

// Infected is what clamd calls what it found.
type Infected string

func (i Infected) Error() string { return "clamd found " + string(i) }

// Address is where a daemon listens: on this machine, since files that a person keeps here are sent to it as they are.
type Address struct{ network, address string }

// ParseAddress reads "unix:/path" or "tcp:host:port", whose host is this machine. Invalid otherwise.
func ParseAddress(text string) (Address, error) {
	network, rest, _ := strings.Cut(text, ":")
	switch network {
	case "unix":
		if filepath.IsAbs(rest) {
			return Address{"unix", rest}, nil
		}
	case "tcp":
		host, port, err := net.SplitHostPort(rest)
		if err == nil && port != "" && isHere(host) {
			return Address{"tcp", rest}, nil
		}
	}
	return Address{}, catalog.Errorf(catalog.Invalid, "clamd's address is unix:/path or tcp:host:port on this machine, such as unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310; got %s.", text)
}

func isHere(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func (a Address) String() string { return a.network + ":" + a.address }

// Version is what the daemon says of itself. ErrAway when it does not answer.
func (a Address) Version(ctx context.Context) (string, error) {
	c, err := a.dial(ctx)
	if err != nil {
		return "", err
	}
	defer c.close()
	if err := c.write([]byte("zVERSION\x00")); err != nil {
		return "", c.lost(err)
	}
	return c.answer()
}

// Scan sends what r gives to the daemon and returns nil when it finds nothing in it, an Infected with what it found,
// ErrLarge when it takes no more, ErrGaveUp when it fails on these bytes, ErrAway when it does not answer, or the error of r.
func (a Address) Scan(ctx context.Context, r io.Reader) error {
	c, err := a.dial(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	reading, writing := c.send(r)
	if reading != nil {
		return reading
	}
	verdict, err := c.answer() // even when sending broke off: that is how the daemon says that it has enough
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case strings.HasSuffix(verdict, " FOUND"):
		return Infected(signature(verdict))
	case strings.HasSuffix(verdict, ": OK") && writing == nil:
		return nil
	case strings.Contains(verdict, "size limit exceeded"):
		return ErrLarge
	}
	if _, away := a.Version(ctx); away != nil {
		return away
	}
	return errors.Join(ErrGaveUp, errors.New("it said: "+verdict), writing, err)
}

// signature is the name in "stream: NAME FOUND", without what people should not have to read.
func signature(verdict string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(verdict, "stream: "), " FOUND")
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name[:min(len(name), 200)], ""))
}

// connection is one command under way. It ends with its context.
type connection struct {
	net.Conn
	ctx    context.Context
	detach func() bool
}

func (a Address) dial(ctx context.Context) (*connection, error) {
	dialer := net.Dialer{Timeout: dialTime}
	c, err := dialer.DialContext(ctx, a.network, a.address)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, errors.Join(ErrAway, err)
	}
	return &connection{Conn: c, ctx: ctx, detach: context.AfterFunc(ctx, func() { c.Close() })}, nil
}

func (c *connection) close() {
	c.detach()
	c.Conn.Close()
}

// lost is what the end of a connection means.
func (c *connection) lost(err error) error {
	if c.ctx.Err() != nil {
		return c.ctx.Err()
	}
	return errors.Join(ErrAway, err)
}

func (c *connection) write(b []byte) error {
	if err := c.SetWriteDeadline(time.Now().Add(waitTime)); err != nil {
		return err
	}
	_, err := c.Conn.Write(b)
	return err
}

// send sends what r gives in chunks, each after its length, and an empty one at the end. reading is the error of r.
func (c *connection) send(r io.Reader) (reading, writing error) {
	if err := c.write([]byte("zINSTREAM\x00")); err != nil {
		return nil, err
	}
	buffer := make([]byte, 4+chunk)
	for {
		n, err := io.ReadFull(r, buffer[4:])
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return err, nil
		}
		binary.BigEndian.PutUint32(buffer, uint32(n))
		if werr := c.write(buffer[:4+n]); werr != nil || n == 0 {
			return nil, werr
		}
	}
}

// answer is what the daemon says, up to its zero byte.
func (c *connection) answer() (string, error) {
	if err := c.SetReadDeadline(time.Now().Add(waitTime)); err != nil {
		return "", c.lost(err)
	}
	text, err := bufio.NewReader(io.LimitReader(c.Conn, longest)).ReadString(0)
	text = strings.TrimSpace(strings.TrimSuffix(text, "\x00"))
	if text == "" {
		return "", c.lost(err)
	}
	return text, nil
}
