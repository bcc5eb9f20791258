// Package secrets keeps the tokens of remotes: in the keyring of the system where there is one that is open, else in a
// file of the data directory that only its user can read. A secret never leaves it but to whoever asks for it by name.
//
// Whether there is a keyring is found out without disturbing anybody: no program is started, nothing is unlocked, no
// dialog appears. A keyring that cannot be written to is left alone and the file takes the secret.
package secrets

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/zalando/go-keyring"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// fileName is the file within the data directory.
const fileName = "secrets.json"

// service is under what name the keyring shows the secrets.
const service = "Sheaf"

// Box holds the secrets of one data directory. Its methods may be called from any goroutine.
type Box struct {
	path string
	ring bool

	mu sync.Mutex
}

// Open returns the box of a data directory. Without keyring it uses the file alone.
func Open(dataDir string, keyring bool) *Box {
	return &Box{path: filepath.Join(dataDir, fileName), ring: keyring && available()}
}

// Put keeps a secret under a name, in the place of the one before.
func (b *Box) Put(name, secret string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ring && keyring.Set(service, name, secret) == nil {
		return b.change(func(all map[string]string) { delete(all, name) })
	}
	return b.change(func(all map[string]string) { all[name] = secret })
}

// Get returns a secret. NotFound when there is none under this name, or none that can be read now.
func (b *Box) Get(name string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all, err := b.read()
	if err != nil {
		return "", err
	}
	if secret, ok := all[name]; ok {
		return secret, nil
	}
	if b.ring {
		if secret, err := keyring.Get(service, name); err == nil {
			return secret, nil
		}
	}
	return "", catalog.Errorf(catalog.NotFound, "The token of this remote is not on this device; give it a new one.")
}

// Drop forgets a secret. One that is not there is no error.
func (b *Box) Drop(name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ring {
		if err := keyring.Delete(service, name); err != nil && !errors.Is(err, keyring.ErrNotFound) {
			return catalog.WrapError(catalog.Unavailable, "The keyring of the system does not let the token go; remove \"Sheaf\" there.", err)
		}
	}
	return b.change(func(all map[string]string) { delete(all, name) })
}

func (b *Box) read() (map[string]string, error) {
	all := map[string]string{}
	raw, err := os.ReadFile(b.path)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	return all, catalog.WrapError(catalog.Unavailable, "The file "+b.path+" with the tokens of remotes cannot be read. Remove it and give the remotes their tokens anew.", err)
}

// change rewrites the file, whole or not at all; it is there only while it holds something.
func (b *Box) change(by func(map[string]string)) error {
	all, err := b.read()
	if err != nil {
		return err
	}
	before := len(all)
	by(all)
	if len(all) == 0 {
		if before == 0 {
			return nil
		}
		return b.unwritable(os.Remove(b.path))
	}
	raw, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return b.unwritable(replace(b.path, raw))
}

func (b *Box) unwritable(err error) error {
	return catalog.WrapError(catalog.Unavailable, "The file "+b.path+" with the tokens of remotes cannot be written.", err)
}

// replace puts raw in the place of a file.
func replace(path string, raw []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), "secrets-*.tmp") // made with mode 0600
	if err != nil {
		return err
	}
	_, err = temporary.Write(raw)
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temporary.Name()) // what is left of a failed attempt
	}
	return err
}
