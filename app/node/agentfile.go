package node

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Agent is how to reach the process that owns a data directory. It stands in agent.json there, readable by its user
// only, for as long as that process serves.
type Agent struct {
	Address     string `json:"address"`
	Token       string `json:"token"`
	PID         int    `json:"pid"`
	Certificate string `json:"certificate,omitempty"` // SHA-256 of the TLS certificate in hex
}

func agentFile(dataDir string) string { return filepath.Join(dataDir, "agent.json") }

// ReadAgent reads the agent file of a data directory; ok is false when there is none that can be used. The process it
// names may have died since.
func ReadAgent(dataDir string) (a Agent, ok bool) {
	raw, err := os.ReadFile(agentFile(dataDir))
	if err != nil || json.Unmarshal(raw, &a) != nil {
		return Agent{}, false
	}
	return a, a.Address != "" && a.Token != ""
}

// publish writes the agent file, whole or not at all. The data directory's lock is held, so a file that is there is a
// dead process's.
func (n *Node) publish(certificate string) error {
	raw, err := json.Marshal(Agent{Address: n.address, Token: n.token, PID: os.Getpid(), Certificate: certificate})
	if err != nil {
		return catalog.WrapError(catalog.Internal, "The agent file cannot be made.", err)
	}
	temporary, err := os.CreateTemp(n.cfg.DataDir, "agent-*.tmp") // made with mode 0600
	if err != nil {
		return catalog.WrapError(catalog.Unavailable, "The agent file cannot be written to "+n.cfg.DataDir+".", err)
	}
	_, writeErr := temporary.Write(raw)
	closeErr := temporary.Close()
	if err := errors.Join(writeErr, closeErr); err == nil {
		if err = os.Rename(temporary.Name(), agentFile(n.cfg.DataDir)); err == nil {
			return nil
		}
		writeErr = err
	}
	_ = os.Remove(temporary.Name())
	return catalog.WrapError(catalog.Unavailable, "The agent file cannot be written to "+n.cfg.DataDir+".", errors.Join(writeErr, closeErr))
}

// unpublish removes the agent file when it is this node's.
func (n *Node) unpublish() {
	if a, ok := ReadAgent(n.cfg.DataDir); ok && a.Token == n.token {
		if err := os.Remove(agentFile(n.cfg.DataDir)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			n.log.Warn("the agent file stays behind", "error", err)
		}
	}
}
