package node

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// owner is a context of whoever sits at the device.
func (d *device) owner() context.Context {
	return catalog.WithActor(d.Context(), d.node.engine.LocalOwner())
}

// call sends a request to the desk that the client has no method for.
func (d *device) call(want int, method, path string, in, out any) {
	d.Helper()
	raw, err := json.Marshal(in)
	d.check(err)
	r := httptest.NewRequestWithContext(d.Context(), method, "http://sheaf/api/desk"+path, bytes.NewReader(raw))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	d.node.Handler().ServeHTTP(w, r)
	if w.Code != want {
		d.Fatalf("%s: %s %s: %d %s", d.name, method, path, w.Code, w.Body)
	}
	if out != nil {
		d.check(json.Unmarshal(w.Body.Bytes(), out))
	}
}

func (d *device) write(folder, name, text string) {
	d.Helper()
	d.check(os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644))
}

// watch watches a folder and waits until its files are documents.
func (d *device) watch(folder, workspaceID string) {
	d.Helper()
	_, _, err := d.desk.AddFolder(d.Context(), client.FolderSpec{Path: folder, WorkspaceID: workspaceID})
	d.check(err)
	if _, idle, err := d.desk.Wait(d.Context(), 30*time.Second); err != nil || !idle {
		d.Fatalf("%s: reading: %v %v", d.name, idle, err)
	}
}

// document finds a document of a workspace by its name.
func (d *device) document(workspaceID, name string) (found catalog.Content) {
	d.Helper()
	d.eventually("there is "+name, func() bool {
		var list struct{ Contents []catalog.Content }
		d.call(http.StatusOK, "GET", "/contents?workspace="+workspaceID, nil, &list)
		for _, c := range list.Contents {
			if c.FileName == name {
				found = c
				return true
			}
		}
		return false
	})
	return found
}

// current reports whether the bytes of a document are those that were captured.
func (d *device) current(id string) bool {
	d.Helper()
	bytes, content, err := d.node.engine.Original(d.owner(), id)
	if err != nil {
		return false
	}
	d.check(bytes.Close())
	return content.SHA256 != ""
}

// replace gives a document other bytes, as a device does on which somebody edits it: the version that is there is replaced
// by one of this device.
func (d *device) replace(workspaceID, id, text string) {
	d.Helper()
	sum := sha256.Sum256([]byte(text))
	hash := hex.EncodeToString(sum[:])
	d.check(d.node.engine.Bytes().StoreSmall(d.owner(), workspaceID, []catalog.BlobBytes{{SHA256: hash, Bytes: []byte(text)}}))
	d.check(d.node.engine.Replica().UpdateItems(d.owner(), workspaceID, func(tx catalog.ItemTx) error {
		item, ok, err := tx.Item(id)
		if err != nil || !ok {
			return errors.Join(err, catalog.Errorf(catalog.NotFound, "There is no item %s.", id))
		}
		size, err := json.Marshal(map[string]any{"format": "text/plain", "size": len(text)})
		if err != nil {
			return err
		}
		return tx.Put(item.Write(tx.Dot(), hash, item.Dots()).Set("bytes", string(size), tx.Stamp()), catalog.OriginLocal)
	}))
}

func (d *device) conflicts() []catalog.DocumentConflict {
	d.Helper()
	var list struct{ Conflicts []catalog.DocumentConflict }
	d.call(http.StatusOK, "GET", "/conflicts", nil, &list)
	return list.Conflicts
}

func (d *device) conflict(id string) (one catalog.DocumentConflict) {
	d.Helper()
	d.call(http.StatusOK, "GET", "/conflicts/"+id, nil, &one)
	return one
}

// resolve keeps the second version, or both.
func (d *device) resolve(one catalog.DocumentConflict, choice string) {
	d.Helper()
	r := catalog.Resolution{Keep: catalog.ConflictChoice(choice), Seen: []catalog.Dot{one.Versions[0].Dot, one.Versions[1].Dot}}
	if r.Keep == catalog.KeepVersion {
		r.Dot = &one.Versions[1].Dot
	}
	d.call(http.StatusOK, "POST", "/conflicts/"+one.ContentID, r, nil)
}

// diary is the kinds of what happened, newest first.
func (d *device) diary() (kinds []catalog.SyncEntryKind) {
	d.Helper()
	var history struct{ Days []catalog.SyncDay }
	d.call(http.StatusOK, "GET", "/sync-history", nil, &history)
	for _, day := range history.Days {
		for _, e := range day.Entries {
			kinds = append(kinds, e.Kind)
		}
	}
	return kinds
}
