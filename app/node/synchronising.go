package node

import (
	"strings"

	"github.com/sheafdocs/sheaf/app/remotes"
	"github.com/sheafdocs/sheaf/app/secrets"
)

// remotes are what this node synchronises with.
func (n *Node) remotes() *remotes.Remotes {
	return remotes.New(remotes.Options{Engine: n.engine, Secrets: secrets.Open(n.cfg.DataDir, n.cfg.Keyring), Place: n.place, Log: n.log})
}

// place is where others reach this node, and the certificate by which they know it: none when an authority vouches for
// the one of the public address.
func (n *Node) place() (address, fingerprint string) {
	if n.cfg.PublicURL != nil {
		address = strings.TrimRight(n.cfg.PublicURL.String(), "/")
		if n.cfg.SelfSign {
			fingerprint = n.fingerprint
		}
		return address, fingerprint
	}
	return strings.TrimRight(n.address, "/"), n.fingerprint
}
