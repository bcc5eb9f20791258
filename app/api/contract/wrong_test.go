package contract

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// unseenID is an id that nothing has.
func unseenID() string { return catalog.NewID(time.Now(), rand.Reader) }

// strangeIDs name nothing that there is, as a path has them.
func strangeIDs() []string {
	return []string{unseenID(), "x", "0", "null", "%20", "%00", "%ff", strings.ToUpper(unseenID()), strings.Repeat("a", 300), "sds-00000000"}
}

// wrongBodies are no JSON objects, and so right for nobody.
func wrongBodies() map[string][]byte {
	return map[string][]byte{"cut off": []byte(`{"name": "a`), "list": []byte(`[]`), "text": []byte(`"name"`), "number": []byte(`1`), "no JSON": []byte(`name=a`)}
}

// object is a JSON object with fields of another one changed: object(valid, "name", 7).
func object(base map[string]any, changes ...any) map[string]any {
	made := map[string]any{}
	for name, value := range base {
		made[name] = value
	}
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == absent {
			delete(made, changes[i].(string))
			continue
		}
		made[changes[i].(string)] = changes[i+1]
	}
	return made
}

// absent takes a field out of an object.
const absent = "\x00absent"

// wrongFields are the fields that a {"error": {"details"}} body names, sorted.
func (r reply) wrongFields() string {
	r.t.Helper()
	var names []string
	for _, detail := range r.at("error", "details").([]any) {
		names = append(names, fmt.Sprint(detail.(map[string]any)["field"]))
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " ")
}

// listed are the ids of a list, in its order.
func (r reply) listed(name string) string {
	r.t.Helper()
	var ids []string
	for _, element := range r.at(name).([]any) {
		ids = append(ids, element.(map[string]any)["id"].(string))
	}
	return strings.Join(ids, " ")
}

// oldestFirst is how things that were made one after the other are listed: those of one moment by their ids.
func oldestFirst(made ...reply) string {
	var ids []string
	for _, r := range made {
		ids = append(ids, r.text("id"))
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}
