package catalog

// Origin says where a change came from.
type Origin string

// The origins.
const (
	OriginLocal  Origin = "local"  // made here: it marks the item dirty
	OriginRemote Origin = "remote" // taken from the feed: it wakes indexing
)

// Cursor is a place in a workspace's feed: everything up to commit Seq has been seen. Token is the random token of that
// commit and Epoch that of the database: a cursor that is not in the history means that one side was restored.
// The zero Cursor is the beginning.
type Cursor struct {
	Epoch string `json:"epoch"`
	Seq   int64  `json:"seq"`
	Token string `json:"token"`
}

// Changes is a page of a workspace's feed. It holds whole commits.
type Changes struct {
	Items []Item // ascending by Seq
	Next  Cursor
	More  bool
	Reset bool // the cursor is not in this history: start again from the beginning, nothing else is set
}

// ItemTx is one write transaction over the items of one workspace.
type ItemTx interface {
	// Item returns an item; ok is false when it has never been seen.
	Item(id string) (item Item, ok bool, err error)
	// Put stores an item as it is, and what it says about the noun it stands for. The item's Dirty is taken as given for
	// OriginRemote; OriginLocal always sets it.
	Put(item Item, origin Origin) error
	// Dirty returns at most limit dirty items, oldest change first.
	Dirty(limit int) ([]Item, error)
	// Note and SetNote keep small values (cursor, clock, receipt) in the same transaction; an unset one is empty.
	Note(name string) (string, error)
	SetNote(name, value string) error
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
