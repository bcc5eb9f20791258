package node

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// portsTried is how many ports after a taken default one are tried.
const portsTried = 100

// Listen binds the addresses of the configuration and writes the agent file. When the default port is taken the next
// free one is used; an address that was asked for must be free.
func (n *Node) Listen() error {
	if err := n.listenForMetrics(); err != nil {
		return err
	}
	return n.listen(n.cfg.Listen, !n.cfg.ListenSet)
}

// ListenPrivately binds any free port of loopback, so that other processes can reach a long command.
func (n *Node) ListenPrivately() error { return n.listen("127.0.0.1:0", false) }

func (n *Node) listen(address string, next bool) error {
	bound, err := bind("--listen", address, next)
	if err != nil {
		return err
	}
	bound, fingerprint, err := n.secured(bound)
	if err != nil {
		return err
	}
	n.listener = bound
	n.address, n.fingerprint = reachable(n.scheme(), bound.Addr()), fingerprint
	return n.publish(fingerprint)
}

func (n *Node) listenForMetrics() error {
	if n.cfg.Metrics == "" {
		return nil
	}
	bound, err := bind("--metrics", n.cfg.Metrics, false)
	if err != nil {
		return err
	}
	n.metricsListener, _, err = n.secured(bound)
	return err
}

func (n *Node) scheme() string {
	if n.cfg.TLS() {
		return "https"
	}
	return "http"
}

// secured puts TLS around a listener when there is a certificate, and returns its SHA-256 in hex. On an error the
// listener is closed.
func (n *Node) secured(bound net.Listener) (listener net.Listener, fingerprint string, err error) {
	if !n.cfg.TLS() {
		return bound, "", nil
	}
	pair, err := n.certificate()
	if err != nil {
		bound.Close()
		return nil, "", err
	}
	sum := sha256.Sum256(pair.Certificate[0])
	return tls.NewListener(bound, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}),
		hex.EncodeToString(sum[:]), nil
}

// certificate is the one that the configuration names, or that of the data directory.
func (n *Node) certificate() (tls.Certificate, error) {
	if n.cfg.SelfSign {
		return selfSigned(n.cfg.DataDir, hostname())
	}
	pair, err := tls.LoadX509KeyPair(n.cfg.TLSCert, n.cfg.TLSKey)
	if err != nil {
		return pair, &catalog.Error{Code: catalog.Invalid, Message: "The certificate " + n.cfg.TLSCert + " and its key cannot be used: " + err.Error() + "."}
	}
	return pair, nil
}

// bind listens on address, which the option named.
func bind(option, address string, next bool) (net.Listener, error) {
	bound, err := net.Listen("tcp", address)
	if err == nil {
		return bound, nil
	}
	host, text, _ := net.SplitHostPort(address)
	port, _ := strconv.Atoi(text)
	for i := 1; next && i <= portsTried; i++ {
		if bound, err = net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port+i))); err == nil {
			return bound, nil
		}
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, catalog.Errorf(catalog.Unavailable, "The address %s is taken by another program; choose another with %s.", address, option)
	}
	return nil, &catalog.Error{Code: catalog.Unavailable, Message: "Sheaf cannot listen on " + address + "; choose another address with " + option + ".", Err: err}
}

// reachable is the address that a program on this machine uses.
func reachable(scheme string, addr net.Addr) string {
	host, port, _ := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + "://" + net.JoinHostPort(host, port) + "/"
}

// servers are what Run serves, by the listeners that are bound.
func (n *Node) servers() map[*http.Server]net.Listener {
	all := map[*http.Server]net.Listener{}
	if n.listener != nil {
		all[n.server()] = n.listener
	}
	if n.metricsListener != nil {
		all[n.metricsServer()] = n.metricsListener
	}
	return all
}

// server serves the tree to the network. Streams and uploads have deadlines of their own, so there is none for whole
// requests.
func (n *Node) server() *http.Server {
	identify := &web.Identifier{Owner: n.engine.LocalOwner(), AgentToken: n.token, Codes: n.codes, Lookup: n.engine.Authenticate}
	return &http.Server{
		Handler: web.Wrap(n.tree, web.Options{Log: n.log, Identify: identify, Began: n.metrics.began,
			Hosts: web.NewHosts(n.listener.Addr(), hostname(), n.cfg.PublicURL)}),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          quietLog(n.log),
	}
}

// metricsServer serves the measurements, and nothing else, on a listener of their own.
func (n *Node) metricsServer() *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(n.metrics.registry, promhttp.HandlerOpts{Timeout: 2 * checkTime}))
	return &http.Server{
		Handler:           web.Wrap(mux, web.Options{Hosts: web.NewHosts(n.metricsListener.Addr(), hostname(), nil)}),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          quietLog(n.log),
	}
}

func quietLog(l *slog.Logger) *log.Logger { return slog.NewLogLogger(l.Handler(), slog.LevelDebug) }
