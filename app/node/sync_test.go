package node

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// device is a running Sheaf with a data directory of its own, and the desk API as its owner calls it.
type device struct {
	*testing.T
	name string
	node *Node
	desk *client.Client
}

func newDevice(t *testing.T, name string, with ...func(*config.Config)) *device {
	t.Helper()
	cfg := config.Config{DataDir: t.TempDir(), Listen: "127.0.0.1:0", ListenSet: true, NoModel: true, Version: "test"}
	for _, change := range with {
		change(&cfg)
	}
	n, err := Open(t.Context(), cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Listen(); err != nil {
		t.Fatal(err)
	}
	run(t, n)
	d := &device{T: t, name: name, node: n, desk: client.Over(client.InProcess{Handler: n.Handler()}, "http://sheaf", "")}
	d.eventually("it runs", func() bool { return n.ready.Load() })
	return d
}

// eventually waits for a condition that others bring about.
func (d *device) eventually(what string, holds func() bool) {
	d.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for range time.Tick(20 * time.Millisecond) {
		if holds() {
			return
		}
		if time.Now().After(deadline) {
			list, err := d.desk.Remotes(d.Context())
			d.Fatalf("%s: it never happens that %s; remotes %+v, %v", d.name, what, list, err)
		}
	}
}

// must ends the test on an error.
func must[V any](v V, err error) func(*device) V {
	return func(d *device) V {
		d.Helper()
		if err != nil {
			d.Fatalf("%s: %v", d.name, err)
		}
		return v
	}
}

func (d *device) check(err error) {
	d.Helper()
	if err != nil {
		d.Fatalf("%s: %v", d.name, err)
	}
}

// invite makes an invitation of this device for a user, or for its owner.
func (d *device) invite(user string) string {
	d.Helper()
	return must(d.desk.Invite(d.Context(), catalog.InvitationSpec{User: user}))(d).Text
}

// connect adds a remote by an invitation.
func (d *device) connect(invitation string) catalog.SyncStatus {
	d.Helper()
	return must(d.desk.AddRemote(d.Context(), catalog.RemoteSpec{Invitation: invitation}))(d)
}

// remote is how the only remote stands.
func (d *device) remote() catalog.SyncStatus {
	d.Helper()
	list := must(d.desk.Remotes(d.Context()))(d)
	if len(list) != 1 {
		d.Fatalf("%s has %d remotes", d.name, len(list))
	}
	return list[0]
}

// sync does one round and returns how the remote stands.
func (d *device) sync() catalog.SyncStatus {
	d.Helper()
	return must(d.desk.SyncRemote(d.Context(), d.remote().ID))(d)
}

// agree does rounds until both sides agree on everything.
func (d *device) agree() catalog.SyncStatus {
	d.Helper()
	var s catalog.SyncStatus
	d.eventually("both sides agree", func() bool {
		s = d.sync()
		return s.State == catalog.SyncAgreed
	})
	return s
}

func (d *device) workspace(name string) catalog.Workspace {
	d.Helper()
	return must(d.desk.ResolveWorkspace(d.Context(), name))(d)
}

func (d *device) put(workspace, name, text string) catalog.Content {
	d.Helper()
	return must(d.desk.Import(d.Context(), workspace, name, strings.NewReader(text)))(d)
}

// text is the bytes of a document as they are here, or fetched.
func (d *device) text(id string) string {
	d.Helper()
	bytes := must(d.desk.Original(d.Context(), id))(d)
	defer bytes.Close()
	return string(must(io.ReadAll(bytes))(d))
}

func TestWhatIsAddedAnywhereArrivesEverywhere(t *testing.T) {
	t.Parallel()
	office, laptop, phone := newDevice(t, "office"), newDevice(t, "laptop"), newDevice(t, "phone")
	club := must(office.desk.CreateWorkspace(t.Context(), "Club"))(office)
	minutes := office.put(club.ID, "minutes.txt", "The lease ends in May.")
	for _, d := range []*device{laptop, phone} {
		d.connect(office.invite(""))
		s := d.agree()
		for _, w := range s.Workspaces {
			if w.State != catalog.SyncAgreed || w.Agreement == nil || len(w.Agreement.Digest) != 64 {
				t.Errorf("%s: %s is %s, agreed on %+v", d.name, w.Name, w.State, w.Agreement)
			}
		}
	}
	bill := laptop.put(club.ID, "bill.txt", "Water: 41.50")
	laptop.agree()
	phone.agree()
	for _, d := range []*device{office, laptop, phone} {
		w := d.workspace("Club")
		if w.ID != club.ID || w.DataspaceID != club.DataspaceID || w.Role != catalog.RoleOwner || w.DocumentCount != 2 {
			t.Errorf("%s: the workspace is %+v, want %+v", d.name, w, club)
		}
		for _, c := range []catalog.Content{minutes, bill} {
			got := must(d.desk.Content(t.Context(), c.ID))(d)
			if got.SHA256 != c.SHA256 || got.FileName != c.FileName || !got.CreatedAt.Equal(c.CreatedAt) {
				t.Errorf("%s: %+v, want %+v", d.name, got, c)
			}
		}
		if got := d.text(bill.ID); got != "Water: 41.50" {
			t.Errorf("%s: the bill says %q", d.name, got)
		}
		if _, idle, err := d.desk.Wait(t.Context(), 30*time.Second); err != nil || !idle {
			t.Fatalf("%s: reading: %v %v", d.name, idle, err)
		}
		found := must(d.desk.Search(t.Context(), client.Question{Query: "lease", Workspaces: []string{club.ID}}))(d)
		if len(found.Hits) != 1 || found.Hits[0].ContentID != minutes.ID {
			t.Errorf("%s finds %+v", d.name, found.Hits)
		}
	}
}

func TestAWorkspaceOfADeviceIsSharedWithOneCommand(t *testing.T) {
	t.Parallel()
	office, laptop, phone := newDevice(t, "office"), newDevice(t, "laptop"), newDevice(t, "phone")
	garden := must(laptop.desk.CreateWorkspace(t.Context(), "Garden"))(laptop)
	note := laptop.put(garden.ID, "note.txt", "The meter stands behind the shed.")
	r := laptop.connect(office.invite(""))
	laptop.agree()
	if slices.ContainsFunc(must(office.desk.Workspaces(t.Context()))(office), func(w catalog.Workspace) bool { return w.ID == garden.ID }) {
		t.Error("a workspace of a device went to the remote by itself")
	}
	must(laptop.desk.ShareWorkspace(t.Context(), r.ID, garden.ID))(laptop)
	laptop.agree()
	phone.connect(office.invite(""))
	phone.agree()
	for _, d := range []*device{office, laptop, phone} {
		w := d.workspace("Garden")
		if w.ID != garden.ID || w.DataspaceID != garden.DataspaceID || w.Role != catalog.RoleOwner {
			t.Errorf("%s: %+v, want %+v", d.name, w, garden)
		}
		if got := d.text(note.ID); got != "The meter stands behind the shed." {
			t.Errorf("%s: the note says %q", d.name, got)
		}
	}
	if _, err := laptop.desk.ShareWorkspace(t.Context(), r.ID, garden.ID); err != nil {
		t.Errorf("sharing it again: %v", err)
	}
}

func TestTwoEditsAtOnceAreBothKeptUntilSomebodyChooses(t *testing.T) {
	t.Parallel()
	office, laptop, phone := newDevice(t, "office"), newDevice(t, "laptop"), newDevice(t, "phone")
	for _, d := range []*device{laptop, phone} {
		d.connect(office.invite(""))
		d.agree()
	}
	shared := office.workspace("").ID
	folders := map[*device]string{}
	for _, d := range []*device{laptop, phone} {
		folders[d] = t.TempDir()
	}
	// The laptop watches a folder in the shared workspace; the phone has its own copy of the document by synchronising.
	laptop.write(folders[laptop], "minutes.txt", "The lease ends in May.")
	laptop.watch(folders[laptop], shared)
	id := laptop.document(shared, "minutes.txt").ID
	laptop.agree()
	phone.agree()
	for _, choice := range []string{"version", "both"} {
		for _, d := range []*device{laptop, phone} {
			d.check(d.desk.PauseRemote(t.Context(), d.remote().ID, true))
		}
		laptop.write(folders[laptop], "minutes.txt", "The lease ends in June. "+choice)
		laptop.eventually("the file was captured", func() bool { return strings.Contains(laptop.text(id), "June. "+choice) && laptop.current(id) })
		phone.replace(shared, id, "The lease ends in July. "+choice)
		if s := laptop.remote(); s.State != catalog.SyncPaused || s.Out.Items == 0 {
			t.Errorf("paused with work: %s, %+v to send", s.State, s.Out)
		}
		for _, d := range []*device{laptop, phone, laptop} {
			d.check(d.desk.PauseRemote(t.Context(), d.remote().ID, false))
			d.agree()
		}
		for _, d := range []*device{laptop, phone, office} {
			list := d.conflicts()
			if len(list) != 1 || list[0].ContentID != id || len(list[0].Versions) != 2 {
				t.Fatalf("%s: conflicts %+v", d.name, list)
			}
		}
		phone.eventually("both texts can be read", func() bool {
			one := phone.conflict(id)
			return one.Versions[0].Text != "" && one.Versions[1].Text != ""
		})
		one := phone.conflict(id)
		phone.resolve(one, choice)
		phone.agree()
		laptop.agree()
		for _, d := range []*device{laptop, phone, office} {
			if list := d.conflicts(); len(list) != 0 {
				t.Errorf("%s: after choosing %+v", d.name, list)
			}
			want := 1
			if choice == "both" {
				want = 2
			}
			if w := d.workspace(shared); w.DocumentCount != want {
				t.Errorf("%s has %d documents after %s, want %d", d.name, w.DocumentCount, choice, want)
			}
		}
	}
}

func TestAMemberWhoIsRemovedKeepsTheWorkThatWasNotSent(t *testing.T) {
	t.Parallel()
	office, laptop := newDevice(t, "office"), newDevice(t, "laptop")
	club := must(office.desk.CreateWorkspace(t.Context(), "Club"))(office)
	ada := must(office.desk.AddUser(t.Context(), "ada@example.org", ""))(office)
	must(office.node.engine.AddMember(office.owner(), club.ID, engine.MemberSpec{UserID: ada.ID, Role: catalog.RoleEditor}))(office)
	old := office.put(club.ID, "old.txt", "was there before")
	laptop.connect(office.invite("ada@example.org"))
	laptop.agree()
	if w := laptop.workspace("Club"); w.Role != catalog.RoleEditor {
		t.Errorf("the role there is %s", w.Role)
	}
	laptop.check(laptop.desk.PauseRemote(t.Context(), laptop.remote().ID, true))
	laptop.put(club.ID, "draft.txt", "nobody else has this")
	office.check(office.node.engine.RemoveMember(office.owner(), club.ID, ada.ID))
	laptop.check(laptop.desk.PauseRemote(t.Context(), laptop.remote().ID, false))
	laptop.eventually("the copy is gone", func() bool {
		_, err := laptop.desk.ResolveWorkspace(t.Context(), club.ID)
		return catalog.CodeOf(err) == catalog.NotFound
	})
	rescued := laptop.workspace("Club (rescued)")
	if rescued.DocumentCount != 1 {
		t.Errorf("%d documents were rescued", rescued.DocumentCount)
	}
	if got := laptop.text(laptop.document(rescued.ID, "draft.txt").ID); got != "nobody else has this" {
		t.Errorf("the draft says %q", got)
	}
	if _, err := laptop.desk.Content(t.Context(), old.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("a document of others: %v", err)
	}
	if w := office.workspace("Club"); w.DocumentCount != 1 {
		t.Errorf("the office has %d documents", w.DocumentCount)
	}
	laptop.eventually("the diary tells it", func() bool {
		kinds := laptop.diary()
		return slices.Contains(kinds, catalog.EntryRevoked) && slices.Contains(kinds, catalog.EntryRescued)
	})
	must(office.node.engine.AddMember(office.owner(), club.ID, engine.MemberSpec{UserID: ada.ID, Role: catalog.RoleViewer}))(office)
	laptop.eventually("it comes back with the membership", func() bool {
		laptop.sync()
		w, err := laptop.desk.ResolveWorkspace(t.Context(), club.ID)
		return err == nil && w.Role == catalog.RoleViewer && w.DocumentCount == 1
	})
	if _, err := laptop.desk.Import(t.Context(), club.ID, "no.txt", strings.NewReader("x")); catalog.CodeOf(err) != catalog.Denied {
		t.Errorf("a viewer writes: %v", err)
	}
}

func TestATokenThatEndedIsReplacedAndNothingIsLost(t *testing.T) {
	t.Parallel()
	office, laptop := newDevice(t, "office"), newDevice(t, "laptop")
	first := must(office.desk.Invite(t.Context(), catalog.InvitationSpec{}))(office)
	laptop.connect(first.Text)
	laptop.agree()
	shared := office.workspace("").ID
	office.check(office.desk.RevokeToken(t.Context(), first.TokenID))
	laptop.put(shared, "draft.txt", "waits for a token")
	if s := laptop.sync(); s.State != catalog.SyncDenied || s.Out.Items == 0 {
		t.Errorf("after revoking: %s, %+v to send: %s", s.State, s.Out, s.Sentence)
	}
	stranger := must(office.desk.AddUser(t.Context(), "ada@example.org", ""))(office)
	_, other, err := office.desk.CreateToken(t.Context(), client.TokenSpec{User: stranger.ID, Abilities: []string{"sync"}})
	office.check(err)
	_, powerless, err := office.desk.CreateToken(t.Context(), client.TokenSpec{Abilities: []string{"content-read"}})
	office.check(err)
	for token, want := range map[string]catalog.Code{"shf_nonsense": catalog.Denied, powerless: catalog.Denied, other: catalog.Conflict} {
		_, err := laptop.desk.ChangeRemote(t.Context(), laptop.remote().ID, catalog.RemoteChange{Token: &token})
		if catalog.CodeOf(err) != want || strings.Contains(err.Error(), token) {
			t.Errorf("a token that will not do: %v, want %s", err, want)
		}
	}
	_, good, err := office.desk.CreateToken(t.Context(), client.TokenSpec{Abilities: []string{"sync"}})
	office.check(err)
	must(laptop.desk.ChangeRemote(t.Context(), laptop.remote().ID, catalog.RemoteChange{Token: &good}))(laptop)
	laptop.agree()
	if w := office.workspace(shared); w.DocumentCount != 1 {
		t.Errorf("the office has %d documents", w.DocumentCount)
	}
}

func TestARemoteIsToldByItsCertificate(t *testing.T) {
	t.Parallel()
	office := newDevice(t, "office", func(c *config.Config) { c.SelfSign = true })
	laptop := newDevice(t, "laptop")
	_, token, err := office.desk.CreateToken(t.Context(), client.TokenSpec{Abilities: []string{"sync"}})
	office.check(err)
	spec := catalog.RemoteSpec{URL: office.node.Address(), Token: token}
	probe := must(laptop.desk.ProbeRemote(t.Context(), spec))(laptop)
	if probe.Trusted || probe.Account != nil || probe.Fingerprint != office.node.Fingerprint() {
		t.Errorf("without a pin: %+v, want the fingerprint %s", probe, office.node.Fingerprint())
	}
	if _, err := laptop.desk.AddRemote(t.Context(), spec); catalog.CodeOf(err) != catalog.NeedsConsent {
		t.Errorf("adding it unconfirmed: %v", err)
	}
	spec.Pin = strings.Repeat("ab", 32)
	if _, err := laptop.desk.AddRemote(t.Context(), spec); catalog.CodeOf(err) != catalog.Denied {
		t.Errorf("with another pin: %v", err)
	}
	for _, used := range must(office.desk.Tokens(t.Context()))(office) {
		if used.LastUsedAt != nil {
			t.Error("the token was sent to a server that nobody vouched for")
		}
	}
	spec.Pin = strings.ToUpper(probe.Fingerprint)
	must(laptop.desk.AddRemote(t.Context(), spec))(laptop)
	laptop.agree()
	if _, err := laptop.desk.AddRemote(t.Context(), spec); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("adding it again: %v", err)
	}
}

func TestOnlyOneVersionOfTheProtocolIsSpoken(t *testing.T) {
	t.Parallel()
	office := newDevice(t, "office")
	_, token, err := office.desk.CreateToken(t.Context(), client.TokenSpec{Abilities: []string{"sync"}})
	office.check(err)
	_, powerless, err := office.desk.CreateToken(t.Context(), client.TokenSpec{Abilities: []string{"content-read", "admin"}})
	office.check(err)
	for _, c := range []struct {
		token, versions string
		want            int
	}{{token, "1-1", 200}, {token, "1-9", 200}, {token, "2-3", http.StatusUpgradeRequired}, {token, "", 400}, {powerless, "1-1", 403}, {"", "1-1", 401}, {"shf_x", "1-1", 401}} {
		r := must(http.NewRequestWithContext(t.Context(), "GET", office.node.Address()+"sync/v1/account", nil))(office)
		r.Header.Set("Authorization", "Bearer "+c.token)
		r.Header.Set(protocol.Header, c.versions)
		answer := must(http.DefaultClient.Do(r))(office)
		var failure protocol.Failure
		raw := must(io.ReadAll(answer.Body))(office)
		answer.Body.Close()
		if err := json.Unmarshal(raw, &failure); answer.StatusCode != c.want || err != nil || c.want != 200 && failure.Message == "" {
			t.Errorf("versions %q: %d %s", c.versions, answer.StatusCode, raw)
		}
	}
}
