// Package config gathers what a person may set, from options, environment and an optional file, into one Config.
//
// An option beats the environment, which beats the file, which beats the default. The file is JSON with the names of the
// long options as keys ({"listen": "127.0.0.1:7451"}); it is $XDG_CONFIG_HOME/sheaf/config.json unless --config names
// another, and only a named one must exist. The package keeps no state.
package config

import (
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/pflag"
)

// DefaultListen is where the agent listens unless told otherwise. When its port is taken, the next free one is used.
const DefaultListen = "127.0.0.1:7450"

// Config is everything that a run of Sheaf is told from outside.
type Config struct {
	DataDir   string           // absolute
	Assets    string           // where lib/ and models/ lie; empty: beside the executable, then /usr/lib/sheaf
	Listen    string           // host:port; port 0 means any free one
	ListenSet bool             // Listen was asked for: a taken port is an error then
	TLSCert   string           // PEM files; both or none
	TLSKey    string           //
	SelfSign  bool             // TLS with a certificate that is made and kept in the data directory
	Insecure  bool             // allows to listen beyond loopback without TLS
	PublicURL *url.URL         // where the agent is reached from outside; nil: where it listens
	Metrics   string           // host:port where measurements are served; empty: nowhere
	Pace      string           // gentle, normal or full, for this run; empty: as it was set
	Reserve   *int64           // bytes to leave free where the data directory lies, for this run; nil: as it was set
	Rate      *int             // requests a second and token; 0: any number; nil: the usual
	NoModel   bool             // keyword search only
	Keyring   bool             // tokens of remotes go to the system's keyring when it is open
	Clamd     string           // where clamd listens that looks at files first, for this run; empty: as it was set
	Unscanned string           // wait or read: files that clamd does not look at; empty: wait
	Version   string           // of the program; set by whoever resolves
	Now       func() time.Time // nil: the real clock; tests set it
}

// Error is a setting that cannot be used: one sentence for the person who made it.
type Error struct{ Sentence string }

func (e *Error) Error() string { return e.Sentence }

// settings lists every option with its environment variable. Values are texts; flags are "true" or "false".
var settings = []struct{ name, env, usage, placeholder string }{
	{"data", "SHEAF_DATA", "data directory", "DIR"},
	{"models", "SHEAF_MODELS", "directory that holds lib/ and models/", "DIR"},
	{"listen", "SHEAF_LISTEN", "address to listen on", "HOST:PORT"},
	{"tls-cert", "SHEAF_TLS_CERT", "certificate chain (PEM) for TLS", "FILE"},
	{"tls-key", "SHEAF_TLS_KEY", "private key (PEM) for TLS", "FILE"},
	{"tls-self-signed", "SHEAF_TLS_SELF_SIGNED", "TLS with a certificate of Sheaf's own making, known by its fingerprint", ""},
	{"insecure", "SHEAF_INSECURE", "listen beyond this machine without TLS", ""},
	{"public-url", "SHEAF_PUBLIC_URL", "address under which others reach this agent", "URL"},
	{"metrics", "SHEAF_METRICS", "serve measurements for Prometheus at /metrics of this address", "HOST:PORT"},
	{"rate-limit", "SHEAF_RATE_LIMIT", "requests a second that a token may send, 0 for any number (default 200)", "N"},
	{"pace", "SHEAF_PACE", "how much of the machine reading and embedding may use: gentle, normal or full", "PACE"},
	{"reserve", "SHEAF_RESERVE", "stop reading before less than this is free where the data lies, such as 500MB or 2GB", "SIZE"},
	{"no-keyring", "SHEAF_NO_KEYRING", "keep tokens of remotes in a file instead of the system's keyring", ""},
	{"clamd", "SHEAF_CLAMD", "have clamd look at files before they are read: unix:/path, or tcp:host:port on this machine", "ADDRESS"},
	{"unscanned", "SHEAF_UNSCANNED", "what becomes of files that clamd does not look at: wait (default) or read", "WHAT"},
	{"no-model", "SHEAF_NO_MODEL", "search by keywords only, without the embedding model", ""},
	{"config", "SHEAF_CONFIG", "settings file (JSON)", "FILE"},
}

// AddOptions defines the named settings on fs, or all of them when none is named.
func AddOptions(fs *pflag.FlagSet, names ...string) {
	for _, s := range settings {
		if len(names) > 0 && !slices.Contains(names, s.name) {
			continue
		}
		usage := s.usage + " (" + s.env + ")"
		if s.placeholder == "" {
			fs.Bool(s.name, false, usage)
			continue
		}
		fs.String(s.name, "", "`"+s.placeholder+"` "+usage)
	}
}

// Resolve makes the Config from the options that were set on fs (which may define only some), the environment and the
// file. Every error is an *Error.
func Resolve(fs *pflag.FlagSet, env func(string) string) (Config, error) {
	values, err := gather(fs, env)
	if err != nil {
		return Config{}, err
	}
	c := Config{
		DataDir: values["data"], Assets: values["models"], Listen: values["listen"], ListenSet: values["listen"] != "",
		TLSCert: values["tls-cert"], TLSKey: values["tls-key"], Metrics: values["metrics"],
	}
	if c.Insecure, err = truth("insecure", values["insecure"]); err != nil {
		return Config{}, err
	}
	if c.SelfSign, err = truth("tls-self-signed", values["tls-self-signed"]); err != nil {
		return Config{}, err
	}
	without, err := truth("no-keyring", values["no-keyring"])
	if err != nil {
		return Config{}, err
	}
	c.Keyring = !without
	if c.NoModel, err = truth("no-model", values["no-model"]); err != nil {
		return Config{}, err
	}
	if c.Clamd, c.Unscanned = values["clamd"], values["unscanned"]; c.Unscanned != "" && c.Unscanned != "wait" && c.Unscanned != "read" {
		return Config{}, &Error{"--unscanned is wait or read; got " + c.Unscanned + "."}
	}
	if c.Unscanned != "" && c.Clamd == "" {
		return Config{}, &Error{"--unscanned goes with --clamd, which is not set."}
	}
	if text := values["rate-limit"]; text != "" {
		rate, err := strconv.Atoi(text)
		if err != nil || rate < 0 || rate > 1_000_000 {
			return Config{}, &Error{"--rate-limit is a whole number of requests a second, 0 for any number; got " + text + "."}
		}
		c.Rate = &rate
	}
	if c.Pace = values["pace"]; c.Pace != "" && !slices.Contains(paces, c.Pace) {
		return Config{}, &Error{"--pace is gentle, normal or full; got " + c.Pace + "."}
	}
	if c.Reserve, err = size("reserve", values["reserve"]); err != nil {
		return Config{}, err
	}
	if c.DataDir == "" {
		if c.DataDir, err = defaultDataDir(env); err != nil {
			return Config{}, err
		}
	}
	if c.DataDir, err = filepath.Abs(c.DataDir); err != nil {
		return Config{}, &Error{"The data directory " + values["data"] + " has no absolute path: " + err.Error() + "."}
	}
	if c.Listen == "" {
		c.Listen = DefaultListen
	}
	if values["public-url"] != "" {
		if c.PublicURL, err = url.Parse(values["public-url"]); err != nil || c.PublicURL.Host == "" || (c.PublicURL.Scheme != "http" && c.PublicURL.Scheme != "https") {
			return Config{}, &Error{"--public-url must be an http or https address such as https://sheaf.example.org."}
		}
	}
	return c, c.check()
}

var paces = []string{"gentle", "normal", "full"}

// TLS reports whether connections are encrypted.
func (c Config) TLS() bool { return c.TLSCert != "" || c.SelfSign }

// check holds the settings against each other.
func (c Config) check() error {
	if c.SelfSign && c.TLSCert != "" {
		return &Error{"--tls-self-signed makes a certificate; leave out --tls-cert and --tls-key."}
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return &Error{"--tls-cert and --tls-key belong together; only one of them is set."}
	}
	if err := c.checkAddress("--listen", c.Listen); err != nil || c.Metrics == "" {
		return err
	}
	return c.checkAddress("--metrics", c.Metrics)
}

// checkAddress holds an address to be well formed, and to let other machines in only on purpose.
func (c Config) checkAddress(option, address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return &Error{option + " must be HOST:PORT, for example " + DefaultListen + "; got " + address + "."}
	}
	if !c.TLS() && !c.Insecure && !loopback(host) {
		return &Error{"Listening on " + address + " lets other machines in: add --tls-cert and --tls-key, or --tls-self-signed, or --insecure to accept that anyone on the network can read along."}
	}
	return nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
