package catalog

import (
	"strings"
	"time"
)

// Origin says where a change came from.
type Origin string

// The origins.
const (
	OriginLocal  Origin = "local"  // made here: it marks the item dirty
	OriginRemote Origin = "remote" // taken from another replica: it wakes indexing
)

// MaxCommitItems is how many items stand under one seq at most, so that a page of whole commits stays small.
const MaxCommitItems = 1000

// accountFeed is how the name of a person's feed begins.
const accountFeed = "account:"

// AccountFeed names the feed of what a person has beside workspaces: agents, libraries and their pages, questions. The
// feed of a workspace is named by the workspace's id.
func AccountFeed(userID string) string { return accountFeed + userID }

// FeedUser is the person whose feed it is; ok is false for the feed of a workspace.
func FeedUser(feed string) (userID string, ok bool) { return strings.CutPrefix(feed, accountFeed) }

// Cursor is a place in a feed: everything up to commit Seq has been seen. Token is the random token of that commit and
// Epoch that of the database: a cursor that is not in the history means that one side was restored.
// The zero Cursor is the beginning.
type Cursor struct {
	Epoch string `json:"epoch"`
	Seq   int64  `json:"seq"`
	Token string `json:"token"`
}

// ItemView is one consistent read of a feed. It knows no rules: what a history is worth, who may do what and what
// follows from a join is decided in package sync. Lists are in pages, because a feed may hold a hundred thousand items.
type ItemView interface {
	Head() (Cursor, error)                               // its last commit; Seq 0 without one
	At(seq int64) (c Cursor, ok bool, err error)         // the cursor of a commit; ok is false when its token is not known (any more)
	Before(t time.Time) (seq int64, err error)           // the last commit that is not younger than t, 0 without one
	Floor() (int64, error)                               // commits up to here may lack tombstones that were buried
	Item(id string) (item Item, ok bool, err error)      // ok is false for what is not on the feed, buried items included
	Since(seq int64, limit int) ([]Item, error)          // later than seq, ascending by seq, whole commits: at least limit unless there are no more
	Dirty(seq int64, limit int) ([]Item, error)          // the dirty ones, in the same way
	Tombstones(through int64, limit int) ([]Item, error) // deleted items up to a commit, ascending by seq, at most limit
	OfKind(kind ItemKind) ([]Item, error)                // live items of a kind of which there are few: members, categories, projects
	Live() (int, error)                                  // how many contents live
	InUse(categoryID string) (bool, error)               // a live content has this category
	Grave(id string) (v Vector, buried bool, err error)  // the causal context of a buried item
	HasBlob(sha256 string) (bool, error)                 // its bytes are in the reach of this feed: sent for it, or of one of its items
	Role(userID string) (Role, error)                    // in the workspace; a person is OWNER of the own feed
	Note(name string) (string, error)                    // a small value beside the items; an unset one is empty
	Notes(prefix string) (map[string]string, error)      // all whose names begin so, by their whole names
	Staged(after string, limit int) ([]Item, error)      // what Stage has kept, ascending by id, ids after the one given
	Unstaged(after string, limit int) ([]Item, error)    // items of this feed, live or not, that Stage has not kept; in the same way
}

// ItemTx is one write transaction over a feed: all of it is kept, or nothing. What it reads includes what it wrote.
// More than MaxCommitItems items take several seqs.
type ItemTx interface {
	ItemView
	// Put stores an item as it is, and what it says about the noun it stands for. The item's Dirty is taken as given for
	// OriginRemote; OriginLocal always sets it. A buried item leaves its grave. The clock moves past the item's stamps.
	Put(item Item, origin Origin) error
	Dot() Dot                         // the next of this device
	Stamp() Stamp                     // the next of this device
	Bury(id string) error             // takes an item off the feed; its causal context stays
	SetFloor(seq int64) error         // takes a seq of its own: what a snapshot shows has changed
	SetNote(name, value string) error // the empty value removes it
	Stage(items []Item) error         // keeps pages of a running pull; the same id again replaces
	ClearStage() error
}

// Device is the identity under which this data directory writes.
type Device struct {
	ID      string
	Counter int64         // the last that it issued
	Offset  time.Duration // what is added to this machine's clock for stamps
}

// Pending is a content that waits for its text, with the way to its bytes.
type Pending struct {
	Content Content
	Folder  Folder   // without counts; zero for bytes in the blob store
	Stat    FileStat // as last captured; zero for bytes in the blob store

	Interactive bool // a person waits for it
}

// ChangeSet tells what one commit changed, after it is durable. Everything that is derived from the store outside of it
// (the vector index, live updates) follows it by these.
type ChangeSet struct {
	Workspaces []string // ids of workspaces whose contents or properties changed
	Contents   []int64  // keys of contents that were added, changed, trashed or restored
	Unindexed  []int64  // ids of passages that are gone from search, their vectors with them
	Folders    bool     // folders changed
}
