package protocol

import (
	"net/url"
	"strconv"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Account answers GET /account: whose token it is, and the workspaces of that person.
type Account struct {
	UserID     string      `json:"userId"`
	Email      string      `json:"email"`
	Now        int64       `json:"now"` // Unix milliseconds
	Workspaces []Workspace `json:"workspaces"`
}

// Workspace is one that the person is a member of.
type Workspace struct {
	ID   string         `json:"id"`
	Name string         `json:"name"`
	Role catalog.Role   `json:"role"`
	Head catalog.Cursor `json:"head"`
}

// Hello is what a device says before anything else: the receipts that the hub may hold of it, newest last. A receipt is
// a number that grows by one, a full stop, and something random.
type Hello struct {
	Device   string   `json:"device"`
	Receipts []string `json:"receipts"`
}

// Welcome answers a Hello. Either the device goes on from Receipt, or it is a copy or was put back from one: it takes a
// new identity, and what it wrote after Since (the newest of its receipts that the hub knows; empty: none) is its own.
type Welcome struct {
	Now       int64  `json:"now"`
	Receipt   string `json:"receipt"`
	NewDevice bool   `json:"newDevice"`
	Since     string `json:"since"`
}

// Identity says on every request to a feed which device asks and by which receipt. Conflict: say hello again.
type Identity struct {
	Device  string `json:"device"`
	Receipt string `json:"receipt"`
}

// Question asks for a page of a feed. After is where to go on. Start is the hub's head at the first page of this run and
// Seen at the last one; both are zero for the first page. Old is the cursor of what the device has applied.
type Question struct {
	Identity
	After    catalog.Cursor `json:"after"`
	Start    catalog.Cursor `json:"start"`
	Seen     catalog.Cursor `json:"seen"`
	Old      catalog.Cursor `json:"old"`
	Snapshot bool           `json:"snapshot"`
	Limit    int            `json:"limit"`
}

// Values is the question as a query.
func (q Question) Values() url.Values {
	v := url.Values{"device": {q.Device}, "receipt": {q.Receipt}, "limit": {strconv.Itoa(q.Limit)}}
	setCursor(v, "after", q.After)
	setCursor(v, "start", q.Start)
	setCursor(v, "seen", q.Seen)
	setCursor(v, "old", q.Old)
	if q.Snapshot {
		v.Set("snapshot", "true")
	}
	return v
}

// ParseQuestion reads a query. Invalid for a cursor or a limit that is none.
func ParseQuestion(v url.Values) (q Question, err error) {
	q.Device, q.Receipt = v.Get("device"), v.Get("receipt")
	q.Snapshot = v.Get("snapshot") == "true"
	q.Limit = MaxPageItems
	if text := v.Get("limit"); text != "" {
		if q.Limit, err = strconv.Atoi(text); err != nil || q.Limit < 1 {
			return q, catalog.Errorf(catalog.Invalid, "The limit is a number from 1.")
		}
		q.Limit = min(q.Limit, MaxPageItems)
	}
	for name, into := range map[string]*catalog.Cursor{"after": &q.After, "start": &q.Start, "seen": &q.Seen, "old": &q.Old} {
		if *into, err = ParseCursor(v.Get(name)); err != nil {
			return q, err
		}
	}
	return q, nil
}

func setCursor(v url.Values, name string, c catalog.Cursor) {
	if c != (catalog.Cursor{}) {
		v.Set(name, FormatCursor(c))
	}
}

// Page answers a Question. Reset: the history is another one, or tombstones are missing; take a snapshot. Proven: Old is
// in the history.
type Page struct {
	Now    int64          `json:"now"`
	Reset  bool           `json:"reset"`
	Items  []catalog.Item `json:"items"`
	Next   catalog.Cursor `json:"next"`
	Start  catalog.Cursor `json:"start"`
	Head   catalog.Cursor `json:"head"`
	More   bool           `json:"more"`
	Proven bool           `json:"proven"`
}

// Push hands over the whole states of items. Next is the receipt that this push leaves behind. Consent is how many
// deletions a person has agreed to.
type Push struct {
	Identity
	Next    string         `json:"next"`
	Consent int            `json:"consent,omitempty"`
	Items   []catalog.Item `json:"items"`
}

// Pushed answers a Push: what is not refused has been joined. Wanted are hashes of bytes that must be sent before the
// items refused with LacksBytes can be taken.
type Pushed struct {
	Now     int64     `json:"now"`
	Receipt string    `json:"receipt"`
	Wanted  []string  `json:"wanted"`
	Refused []Refusal `json:"refused"`
}

// Refusal is an item that was not taken. It delays nothing but itself.
type Refusal struct {
	ID     string  `json:"id"`
	Code   Refused `json:"code"`
	Reason string  `json:"reason"` // one sentence for people
}

// Refused says why an item was not taken.
type Refused string

// The reasons.
const (
	Malformed     Refused = "malformed"    // it breaks a rule of this protocol, or of what it stands for
	NotAllowed    Refused = "notAllowed"   // the role does not suffice, asked while joining
	TooLarge      Refused = "tooLarge"     // over a limit
	ElsewhereItem Refused = "elsewhere"    // its id is on another feed
	ClockAhead    Refused = "clockAhead"   // a stamp is ahead: take the hub's time, stamp again
	NeedsConsent  Refused = "needsConsent" // one of too many deletions: ask a person, push again with Consent
	LacksBytes    Refused = "lacksBytes"   // its bytes are not there yet
)

// Head answers GET /feeds/{feed}/head, and is the data of an event.
type Head struct {
	Feed string `json:"feed"`
	Seq  int64  `json:"seq"`
}

// Digest answers GET /feeds/{feed}/digest.
type Digest struct {
	Head   catalog.Cursor `json:"head"`
	Items  int            `json:"items"` // live ones
	Digest string         `json:"digest"`
}

// NewWorkspace is the body of PUT /workspaces/{id}.
type NewWorkspace struct {
	Name string `json:"name"` // until its item says one
}

// Failure is the body of every answer that is no success.
type Failure struct {
	Code       catalog.Code `json:"code"`
	Message    string       `json:"message"`
	Now        int64        `json:"now,omitempty"`
	RetryAfter int          `json:"retryAfter,omitempty"` // seconds
	Proven     bool         `json:"proven,omitempty"`     // denied, and Old is in the history: membership has ended, the hub was not put back
}
