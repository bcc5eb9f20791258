package catalog

import "time"

// Remote is another Sheaf that this device synchronises with. Its token is kept apart from it and is never answered.
type Remote struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"` // the host of its address unless a person chose another
	URL     string    `json:"url"`
	Pin     string    `json:"pin,omitempty"` // SHA-256 of its certificate in hex, the only one accepted; empty: the usual rules
	UserID  string    `json:"userId"`        // whose the token is, over there
	Email   string    `json:"email"`
	Paused  bool      `json:"paused"`
	Limit   int64     `json:"bytesPerSecond"` // what transfers may use; 0: as much as there is
	KeepNew bool      `json:"keepNew"`        // workspaces that appear there later are kept here too
	AddedAt time.Time `json:"addedAt"`
}

// RemoteAccount is what a token opens on a remote: whose it is and which workspaces there are.
type RemoteAccount struct {
	UserID     string            `json:"userId"`
	Email      string            `json:"email"`
	Workspaces []RemoteWorkspace `json:"workspaces"`
}

// RemoteWorkspace is a workspace of a remote: how its account names it, and what was chosen for it on this device.
type RemoteWorkspace struct {
	ID   string `json:"id"`
	Name string `json:"name"` // as last heard
	Role Role   `json:"role"` // the token's
	SyncChoice

	LastSuccess *time.Time     `json:"-"` // when a round last ended well
	Agreement   *SyncAgreement `json:"-"` // what both sides last agreed on
}

// SyncMode says which bytes of a remote workspace a device holds. Names, fields and categories are always here.
type SyncMode string

// The modes.
const (
	SyncIndex  SyncMode = "index"  // every readable content up to 64 MiB is fetched, read, and dropped when the cache is full
	SyncPinned SyncMode = "pinned" // all bytes are kept
	SyncNames  SyncMode = "names"  // nothing is fetched before it is opened
)

// Values lists the modes for the document of the API.
func (SyncMode) Values() []any { return []any{SyncIndex, SyncPinned, SyncNames} }

// SyncChoice is what a person decided about one workspace of a remote on this device.
type SyncChoice struct {
	Kept bool     `json:"kept"`
	Mode SyncMode `json:"mode"`
}

// SyncState is how a remote or a workspace stands.
type SyncState string

// The states. Only SyncAgreed is "in sync": both sides have shown the same digest of the same commit, and nothing changed
// here since.
const (
	SyncStarting     SyncState = "starting"     // the remote has not answered in this run
	SyncAgreed       SyncState = "agreed"       // in sync
	SyncWorking      SyncState = "working"      // sends, receives or compares
	SyncWaiting      SyncState = "waiting"      // everything that can travel has; what is set aside or lacks its bytes waits
	SyncAsking       SyncState = "asking"       // waits for the answer to a question
	SyncOffline      SyncState = "offline"      // the remote cannot be reached
	SyncPaused       SyncState = "paused"       // by a person
	SyncDenied       SyncState = "denied"       // the remote does not take the token
	SyncRevoked      SyncState = "revoked"      // the person is no member of the workspace any more
	SyncRestored     SyncState = "restored"     // the remote came back from a backup; what it lost is being offered to it
	SyncIncompatible SyncState = "incompatible" // the two programs have no version of the protocol in common
	SyncFailed       SyncState = "failed"       // something else went wrong; it is tried again
)

// Values lists the states for the document of the API.
func (SyncState) Values() []any {
	return []any{SyncStarting, SyncAgreed, SyncWorking, SyncWaiting, SyncAsking, SyncOffline, SyncPaused, SyncDenied, SyncRevoked,
		SyncRestored, SyncIncompatible, SyncFailed}
}

// SyncAmount is what has to travel in one direction.
type SyncAmount struct {
	Items int   `json:"items"`
	Bytes int64 `json:"bytes"` // of contents; what is known of them
}

// Add returns the sum.
func (a SyncAmount) Add(o SyncAmount) SyncAmount {
	return SyncAmount{Items: a.Items + o.Items, Bytes: a.Bytes + o.Bytes}
}

// SyncAgreement is the last moment at which both sides had the same digest.
type SyncAgreement struct {
	Digest string    `json:"digest"` // over id, vector, versions and fields of every item, in hex
	Seq    int64     `json:"seq"`    // the hub's commit that it is of
	At     time.Time `json:"at"`
}

// SetAside is an item that the remote does not take, or that lacks its bytes. It delays nothing but itself.
type SetAside struct {
	ItemID      string    `json:"itemId"`
	Kind        ItemKind  `json:"kind"`
	WorkspaceID string    `json:"workspaceId"`
	Name        string    `json:"name"` // of what the item stands for, as far as it is known
	Code        Code      `json:"code"`
	Reason      string    `json:"reason"` // one sentence: what is wrong and what to do
	Since       time.Time `json:"since"`
}

// SyncQuestionKind says what a person is asked.
type SyncQuestionKind string

// The questions.
const (
	AskDeletionsOut SyncQuestionKind = "deletionsOut" // many documents that were deleted here would be deleted there
	AskDeletionsIn  SyncQuestionKind = "deletionsIn"  // many documents that were deleted there would be deleted here
)

// Values lists the questions for the document of the API.
func (SyncQuestionKind) Values() []any { return []any{AskDeletionsOut, AskDeletionsIn} }

// SyncQuestion is what synchronisation of a workspace waits for.
type SyncQuestion struct {
	ID          string           `json:"id"`
	Kind        SyncQuestionKind `json:"kind"`
	WorkspaceID string           `json:"workspaceId"`
	Count       int              `json:"count"` // documents concerned
	Of          int              `json:"of"`    // documents there are
	Names       []string         `json:"names"` // some of them
	At          time.Time        `json:"at"`
}

// FeedSync is how one feed stands, as the peer that synchronises it reports.
type FeedSync struct {
	State       SyncState      `json:"state"`
	Problem     string         `json:"problem,omitempty"` // one sentence, where the state has a reason worth saying
	Out         SyncAmount     `json:"out"`               // to send
	In          SyncAmount     `json:"in"`                // to receive, contents that are fetched included
	SecondsLeft *float64       `json:"secondsLeft"`       // nil while there is too little to say
	LastSuccess *time.Time     `json:"lastSuccess"`       // when a round ended without a failure
	Agreement   *SyncAgreement `json:"agreement"`
	SetAside    []SetAside     `json:"setAside"`
	Questions   []SyncQuestion `json:"questions"`
}

// PeerSync is how a peer stands with its remote: what it reports whenever something of it changed.
type PeerSync struct {
	State   SyncState
	Problem string
	RetryAt *time.Time // when it tries again by itself
	Account *RemoteAccount
	Feeds   map[string]FeedSync // by feed
}

// WorkspaceSync is how one workspace of a remote stands on this device.
type WorkspaceSync struct {
	WorkspaceID string `json:"workspaceId"`
	Name        string `json:"name"`
	Role        Role   `json:"role"` // there
	SyncChoice
	FeedSync
	Mirror    string `json:"mirror,omitempty"` // the folder in which its documents are shown; empty: none
	Sentence  string `json:"sentence"`         // the state for people
	Conflicts int    `json:"conflicts"`        // documents with two versions or more
}

// SyncStatus is how one remote stands.
type SyncStatus struct {
	Remote
	State       SyncState       `json:"state"`
	Sentence    string          `json:"sentence"` // the state for people
	RetryAt     *time.Time      `json:"retryAt"`
	LastSuccess *time.Time      `json:"lastSuccess"`
	Out         SyncAmount      `json:"out"` // over all workspaces
	In          SyncAmount      `json:"in"`
	Conflicts   int             `json:"conflicts"`
	SetAside    int             `json:"setAside"`
	Questions   int             `json:"questions"`
	Workspaces  []WorkspaceSync `json:"workspaces"`
}

// SyncEntryKind says what happened.
type SyncEntryKind string

// The kinds of entries in the history.
const (
	EntrySent      SyncEntryKind = "sent"
	EntryReceived  SyncEntryKind = "received"
	EntryDeleted   SyncEntryKind = "deleted"  // here, because it was deleted there
	EntryConflict  SyncEntryKind = "conflict" // a document has two versions now
	EntryResolved  SyncEntryKind = "resolved"
	EntrySetAside  SyncEntryKind = "setAside"
	EntryAgreed    SyncEntryKind = "agreed"
	EntryOffline   SyncEntryKind = "offline"
	EntryOnline    SyncEntryKind = "online"
	EntryDenied    SyncEntryKind = "denied"
	EntryRevoked   SyncEntryKind = "revoked"
	EntryRescued   SyncEntryKind = "rescued" // unsynced work moved to a workspace of this device
	EntryRestored  SyncEntryKind = "restored"
	EntryAsked     SyncEntryKind = "asked"
	EntryAnswered  SyncEntryKind = "answered"
	EntryShared    SyncEntryKind = "shared"    // a workspace of this device went to the remote
	EntryConnected SyncEntryKind = "connected" // the remote was added
	EntryNewDevice SyncEntryKind = "newDevice" // this data directory was a copy, and goes on under a name of its own
)

// Values lists the kinds for the document of the API.
func (SyncEntryKind) Values() []any {
	return []any{EntrySent, EntryReceived, EntryDeleted, EntryConflict, EntryResolved, EntrySetAside, EntryAgreed, EntryOffline, EntryOnline,
		EntryDenied, EntryRevoked, EntryRescued, EntryRestored, EntryAsked, EntryAnswered, EntryShared, EntryConnected, EntryNewDevice}
}

// SyncEntry is one line of the history. Entries of one kind that follow each other closely are one line that grows.
type SyncEntry struct {
	At          time.Time     `json:"at"` // the last of what it counts
	Kind        SyncEntryKind `json:"kind"`
	RemoteID    string        `json:"remoteId"`
	WorkspaceID string        `json:"workspaceId,omitempty"`
	Count       int           `json:"count"` // documents
	Bytes       int64         `json:"bytes"`
	Names       []string      `json:"names"`            // of a few of the documents
	Detail      string        `json:"detail,omitempty"` // one sentence, where there is more to say
}

// SyncDay is the entries of one day of this device's calendar, newest first.
type SyncDay struct {
	Day     string      `json:"day"` // 2026-05-04
	Entries []SyncEntry `json:"entries"`
}

// ConflictChoice says how a person resolves a conflict.
type ConflictChoice string

// The choices.
const (
	KeepVersion ConflictChoice = "version" // the version named, the others go
	KeepBoth    ConflictChoice = "both"    // the version that answers stays, every other becomes a document of its own
)

// Values lists the choices for the document of the API.
func (ConflictChoice) Values() []any { return []any{KeepVersion, KeepBoth} }

// ConflictVersion is one of the versions of a document in conflict.
type ConflictVersion struct {
	Dot
	SHA256    string    `json:"sha256"`
	Size      int64     `json:"size"` // -1 while its bytes are not here
	Here      bool      `json:"here"` // the bytes are on this device
	Own       bool      `json:"own"`  // written on this device
	WrittenAt time.Time `json:"writtenAt"`
	Answers   bool      `json:"answers"` // the version that is shown everywhere meanwhile
	Text      string    `json:"text"`    // its beginning, as far as it can be read; empty when it cannot
}

// DocumentConflict is a document with two versions or more, until a person chooses.
type DocumentConflict struct {
	ContentID   string            `json:"contentId"`
	WorkspaceID string            `json:"workspaceId"`
	FileName    string            `json:"fileName"`
	FileFormat  string            `json:"fileFormat"`
	Versions    []ConflictVersion `json:"versions"` // the one that answers first
}

// LaterQuestion is a question that a remote is asked once it can be reached. Its answer stands beside the one given here.
type LaterQuestion struct {
	ID           string     `json:"id"`
	RemoteID     string     `json:"remoteId"`
	Query        string     `json:"query"`
	WorkspaceIDs []string   `json:"workspaceIds"` // empty: all that the token sees there
	AskedAt      time.Time  `json:"askedAt"`
	AnsweredAt   *time.Time `json:"answeredAt"`
	Answer       *Answer    `json:"answer"`            // nil until it has come
	Failure      string     `json:"failure,omitempty"` // why the last attempt did not succeed
}

// RemoteSpec describes a remote to add, or to look at before. Invitation stands for URL, Token and Pin.
type RemoteSpec struct {
	Invitation string    `json:"invitation,omitempty" doc:"what the other side's invite printed; in the place of url, token and pin"`
	URL        string    `json:"url,omitempty"`
	Token      string    `json:"token,omitempty" doc:"a token of the remote with the ability sync"`
	Pin        string    `json:"pin,omitempty" doc:"SHA-256 of the remote's certificate in hex, once a person has compared it"`
	Name       string    `json:"name,omitempty" doc:"absent: the host of its address"`
	Insecure   bool      `json:"insecure,omitempty" doc:"allows http beyond this machine"`
	Keep       *[]string `json:"keep,omitempty" doc:"ids of the workspaces to keep here; absent: all, and those to come"`
}

// RemoteProbe is what a remote says before it is added. Nothing has been kept yet, and the token was not sent to a
// server whose certificate nobody vouches for.
type RemoteProbe struct {
	URL         string         `json:"url"`
	Fingerprint string         `json:"fingerprint"` // SHA-256 of the certificate in hex; empty without TLS
	Trusted     bool           `json:"trusted"`     // by an authority that this machine knows, by the pin, or because the connection stays on this machine
	Account     *RemoteAccount `json:"account"`     // nil while it is not trusted
}

// RemoteChange is a partial update: nil leaves a field as it is.
type RemoteChange struct {
	Name    *string `json:"name,omitempty"`
	Token   *string `json:"token,omitempty" doc:"in the place of the one before"`
	Pin     *string `json:"pin,omitempty" doc:"after the remote's certificate was renewed"`
	Limit   *int64  `json:"bytesPerSecond,omitempty" doc:"0: as much as there is"`
	KeepNew *bool   `json:"keepNew,omitempty"`
}

// SyncChoiceChange is a partial update of what is chosen for a workspace.
type SyncChoiceChange struct {
	Kept   *bool     `json:"kept,omitempty" doc:"false: the copy leaves this device, the workspace stays on the remote"`
	Mode   *SyncMode `json:"mode,omitempty"`
	Mirror *string   `json:"mirror,omitempty" doc:"an empty folder of this machine; empty: none"`
}

// Resolution decides a conflict. Seen are the versions that the person was shown: one that came later stays.
type Resolution struct {
	Keep ConflictChoice `json:"keep"`
	Dot  *Dot           `json:"version,omitempty" doc:"the version to keep"`
	Seen []Dot          `json:"seen"`
}

// Invitation lets another device synchronise with this one. The text is shown once.
type Invitation struct {
	Text      string     `json:"invitation"`
	URL       string     `json:"url"`
	Pin       string     `json:"pin,omitempty"`
	TokenID   string     `json:"tokenId"`
	Email     string     `json:"user"`
	ExpiresAt *time.Time `json:"expiresAt"`
}

// InvitationSpec describes an invitation to make.
type InvitationSpec struct {
	User             string `json:"user,omitempty" doc:"email or id; absent: the local owner"`
	WorkspaceID      string `json:"workspaceId,omitempty" doc:"id or name of one of the user's: the invitation is for this one only"`
	ExpiresInSeconds int64  `json:"expiresInSeconds,omitempty" doc:"of the token; 0: never"`
	URL              string `json:"url,omitempty" doc:"where this agent is reached; absent: its public URL, or where it listens"`
}
