package cli

import (
	"bufio"
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// remoteAdd looks at the remote, has its certificate confirmed where nobody vouches for it, and adds it.
func remoteAdd(ctx context.Context, c *call) error {
	spec, err := c.remoteSpec()
	if err != nil {
		return err
	}
	return c.connect(ctx, answers, func(desk *client.Client) error {
		probe, err := desk.ProbeRemote(ctx, spec)
		if err != nil {
			return err
		}
		if !probe.Trusted {
			if spec.Pin, err = c.confirmPin(probe); err != nil {
				return err
			}
			if probe, err = desk.ProbeRemote(ctx, spec); err != nil {
				return err
			}
		}
		if only := c.options.list("only"); len(only) > 0 && probe.Account != nil {
			keep, err := chosen(only, probe.Account.Workspaces)
			if err != nil {
				return err
			}
			spec.Keep = &keep
		}
		added, err := desk.AddRemote(ctx, spec)
		if err != nil {
			return err
		}
		if c.json {
			return c.document(added)
		}
		c.line("Synchronising with %s as %s.", clean(added.Name), clean(added.Email))
		c.workspaceLines(added)
		return nil
	})
}

// remoteSpec reads what is to be added: an invitation, or an address and a token.
func (c *call) remoteSpec() (spec catalog.RemoteSpec, err error) {
	spec.Pin, spec.Name, spec.Insecure = c.options.text("pin"), c.options.text("name"), c.options.flag("insecure")
	what := c.args[0]
	if what == "-" {
		if what, err = c.secretLine(); err != nil {
			return spec, err
		}
	}
	if strings.HasPrefix(strings.TrimSpace(what), "sheaf-invite-") {
		if c.options.text("token") != "" {
			return spec, usage("an invitation holds its token; leave out --token.")
		}
		spec.Invitation = what
		return spec, nil
	}
	spec.URL = what
	spec.Token, err = c.givenToken()
	if err == nil && spec.Token == "" {
		err = usage("%s needs --token T; the other side makes one with \"sheaf remote invite\".", c.command.name)
	}
	return spec, err
}

// givenToken is the value of --token, or a line of standard input for "-".
func (c *call) givenToken() (string, error) {
	if token := c.options.text("token"); token != "-" {
		return token, nil
	}
	return c.secretLine()
}

// secretLine reads one line of standard input, which keeps secrets off the command line.
func (c *call) secretLine() (string, error) {
	line, err := bufio.NewReader(io.LimitReader(c.In, 64<<10)).ReadString('\n')
	if line = strings.TrimSpace(line); line == "" {
		return "", usage("nothing came from standard input%s.", map[bool]string{true: "", false: ": " + clean(errorText(err))}[err == nil || err == io.EOF])
	}
	return line, nil
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// confirmPin asks a person on a terminal to compare the fingerprint; elsewhere only --pin counts.
func (c *call) confirmPin(p catalog.RemoteProbe) (string, error) {
	if !terminal(c.In) {
		return "", usage("no known authority vouches for %s. Compare its certificate's fingerprint with the other side and give it with --pin: %s", clean(p.URL), p.Fingerprint)
	}
	c.note("No known authority vouches for %s. The fingerprint of its certificate is\n\n  %s\n", clean(p.URL), grouping(p.Fingerprint))
	said, err := c.asks("Compare it with what the other side shows. Is it the same? [y/N] ")
	if err != nil {
		return "", err
	}
	if answer := strings.ToLower(said); answer != "y" && answer != "yes" {
		return "", &exitError{exitFailed, "Nothing was changed."}
	}
	return p.Fingerprint, nil
}

// grouping writes a fingerprint in two lines of groups of four, as people compare it.
func grouping(fingerprint string) string {
	var b strings.Builder
	for i, r := range fingerprint {
		switch {
		case i == len(fingerprint)/2:
			b.WriteString("\n  ")
		case i > 0 && i%4 == 0:
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// chosen finds workspaces by id or name.
func chosen(refs []string, list []catalog.RemoteWorkspace) (ids []string, err error) {
	for _, ref := range refs {
		found := ""
		for _, w := range list {
			if w.ID == ref || strings.EqualFold(w.Name, ref) {
				if found != "" {
					return nil, usage("several workspaces there are named %q; choose by id.", clean(ref))
				}
				found = w.ID
			}
		}
		if found == "" {
			return nil, catalog.Errorf(catalog.NotFound, "The token sees no workspace %q there.", ref)
		}
		ids = append(ids, found)
	}
	return ids, nil
}

func remoteList(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		list, err := desk.Remotes(ctx)
		if err != nil {
			return err
		}
		if c.json {
			return c.document(map[string]any{"remotes": list})
		}
		if len(list) == 0 {
			c.line("There are no remotes.")
		}
		for _, s := range list {
			c.remoteLine(s)
		}
		return nil
	})
}

// remoteLine prints how a remote and its workspaces stand.
func (c *call) remoteLine(s catalog.SyncStatus) {
	c.line("%s  %s  %s", s.ID, c.styled(bold, clean(s.Name)), clean(s.Sentence))
	c.workspaceLines(s)
}

func (c *call) workspaceLines(s catalog.SyncStatus) {
	for _, w := range s.Workspaces {
		digest := ""
		if w.Agreement != nil {
			digest = c.styled(dim, " agreed on "+clean(shortenTo(w.Agreement.Digest, 12))+" at "+w.Agreement.At.Local().Format("2006-01-02 15:04"))
		}
		c.line("  %s  %s%s", c.styled(bold, clean(w.Name)), clean(w.Sentence), digest)
		for _, item := range w.SetAside {
			c.line("    %s: %s", c.styled(yellow, clean(item.Name)), clean(item.Reason))
		}
	}
}

// remoteNamed finds a remote by id, name, host or address; the only one when ref is empty.
func remoteNamed(ctx context.Context, desk *client.Client, ref string) (catalog.SyncStatus, error) {
	list, err := desk.Remotes(ctx)
	if err != nil {
		return catalog.SyncStatus{}, err
	}
	var found []catalog.SyncStatus
	for _, s := range list {
		if ref == "" || s.ID == ref || strings.EqualFold(s.Name, ref) || s.URL == strings.TrimRight(ref, "/") {
			found = append(found, s)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1 && ref == "":
		return catalog.SyncStatus{}, usage("there are several remotes; say which with --remote.")
	case len(found) > 1:
		return catalog.SyncStatus{}, usage("several remotes are named %q; name one by its id.", clean(ref))
	case ref == "":
		return catalog.SyncStatus{}, catalog.Errorf(catalog.NotFound, "There is no remote; add one with \"sheaf remote add\".")
	}
	return catalog.SyncStatus{}, catalog.Errorf(catalog.NotFound, "There is no remote %q; \"sheaf remote list\" shows those there are.", ref)
}

// onRemote finds the remote that the first argument names and does something with it.
func (c *call) onRemote(ctx context.Context, do func(*client.Client, catalog.SyncStatus) error) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		s, err := remoteNamed(ctx, desk, c.args[0])
		if err != nil {
			return err
		}
		return do(desk, s)
	})
}

func remoteRemove(ctx context.Context, c *call) error {
	return c.onRemote(ctx, func(desk *client.Client, s catalog.SyncStatus) error {
		if err := desk.RemoveRemote(ctx, s.ID); err != nil {
			return err
		}
		return c.said(map[string]any{"id": s.ID, "removed": true}, "No longer synchronising with "+clean(s.Name)+". Its workspaces stay on this device.")
	})
}

func remotePause(ctx context.Context, c *call) error  { return c.setPaused(ctx, true) }
func remoteResume(ctx context.Context, c *call) error { return c.setPaused(ctx, false) }

func (c *call) setPaused(ctx context.Context, paused bool) error {
	return c.onRemote(ctx, func(desk *client.Client, s catalog.SyncStatus) error {
		if err := desk.PauseRemote(ctx, s.ID, paused); err != nil {
			return err
		}
		sentence := "Synchronising with " + clean(s.Name) + " again."
		if paused {
			sentence = "Paused. Nothing travels to or from " + clean(s.Name) + " until \"sheaf remote resume\"."
		}
		return c.said(map[string]any{"id": s.ID, "paused": paused}, sentence)
	})
}

func remoteSet(ctx context.Context, c *call) error {
	var change catalog.RemoteChange
	token, err := c.givenToken()
	if err != nil {
		return err
	}
	for _, text := range []struct {
		name, value string
		into        **string
	}{{"token", token, &change.Token}, {"pin", c.options.text("pin"), &change.Pin}, {"name", c.options.text("name"), &change.Name}} {
		if c.options.Changed(text.name) {
			*text.into = &text.value
		}
	}
	if c.options.Changed("bandwidth") {
		limit, err := byteRate(c.options.text("bandwidth"))
		if err != nil {
			return err
		}
		change.Limit = &limit
	}
	if change == (catalog.RemoteChange{}) {
		return usage("say what to change: --token, --pin, --name or --bandwidth.")
	}
	return c.onRemote(ctx, func(desk *client.Client, s catalog.SyncStatus) error {
		changed, err := desk.ChangeRemote(ctx, s.ID, change)
		if err != nil {
			return err
		}
		return c.said(changed, "Changed "+clean(changed.Name)+".")
	})
}

// byteRate reads 500k, 2M or 0, in bytes a second.
func byteRate(text string) (int64, error) {
	units := map[byte]int64{'k': 1e3, 'K': 1e3, 'm': 1e6, 'M': 1e6, 'g': 1e9, 'G': 1e9}
	digits, unit := text, int64(1)
	if text != "" && units[text[len(text)-1]] != 0 {
		digits, unit = text[:len(text)-1], units[text[len(text)-1]]
	}
	n, err := strconv.ParseInt(digits, 10, 40)
	if err != nil || n < 0 {
		return 0, usage("--bandwidth is a number of bytes a second such as 500k or 2M, 0 for no limit; got %q.", clean(text))
	}
	return n * unit, nil
}

func remoteInvite(ctx context.Context, c *call) error {
	spec := catalog.InvitationSpec{User: c.options.text("user"), WorkspaceID: c.options.text("workspace"), URL: c.options.text("url")}
	if expires := c.options.text("expires"); expires != "" {
		life, err := duration("expires", expires)
		if err != nil {
			return err
		}
		if spec.ExpiresInSeconds = int64(life.Seconds()); spec.ExpiresInSeconds < 1 {
			return usage("--expires must be at least a second; leave it out for an invitation that never ends.")
		}
	}
	return c.connect(ctx, answers, func(desk *client.Client) error {
		made, err := desk.Invite(ctx, spec)
		if err != nil {
			return err
		}
		if c.json {
			return c.document(made)
		}
		c.line("%s", made.Text)
		c.note("Whoever has this line synchronises as %s with %s. It is shown this once; on the other device run \"sheaf remote add\" with it.", clean(made.Email), clean(made.URL))
		c.note("End it with \"sheaf token revoke %s\".", made.TokenID)
		return nil
	})
}

func workspaceShare(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		s, err := remoteNamed(ctx, desk, c.options.text("remote"))
		if err != nil {
			return err
		}
		w, err := desk.ResolveWorkspace(ctx, c.args[0])
		if err != nil {
			return err
		}
		shared, err := desk.ShareWorkspace(ctx, s.ID, w.ID)
		if err != nil {
			return err
		}
		return c.said(shared, "Sharing "+clean(w.Name)+" with "+clean(s.Name)+".")
	})
}

// said prints a document, or the sentence.
func (c *call) said(document any, sentence string) error {
	if c.json {
		return c.document(document)
	}
	c.line("%s", sentence)
	return nil
}

// synchronise keeps every remote in step, or the one that --remote names, until it is told to stop or, with --once, one round.
func synchronise(ctx context.Context, c *call) error {
	return c.connect(ctx, reading, func(desk *client.Client) error {
		list, err := c.remotesToSync(ctx, desk)
		if err != nil {
			return err
		}
		if c.options.flag("once") {
			return c.syncOnce(ctx, desk, list)
		}
		return c.follow(ctx, desk)
	})
}

func (c *call) remotesToSync(ctx context.Context, desk *client.Client) ([]catalog.SyncStatus, error) {
	if ref := c.options.text("remote"); ref != "" {
		one, err := remoteNamed(ctx, desk, ref)
		return []catalog.SyncStatus{one}, err
	}
	list, err := desk.Remotes(ctx)
	if err == nil && len(list) == 0 {
		err = catalog.Errorf(catalog.NotFound, "There is no remote; add one with \"sheaf remote add\".")
	}
	return list, err
}

// syncOnce does one round with each and ends with the code of the worst.
func (c *call) syncOnce(ctx context.Context, desk *client.Client, list []catalog.SyncStatus) error {
	worst := exitDone
	ended := make([]catalog.SyncStatus, 0, len(list))
	for _, s := range list {
		if !s.Paused {
			after, err := desk.SyncRemote(ctx, s.ID)
			if err != nil {
				return err
			}
			s = after
		}
		ended = append(ended, s)
		worst = max(worst, syncCode(s))
	}
	if c.json {
		if err := c.document(map[string]any{"remotes": ended}); err != nil {
			return err
		}
	} else {
		for _, s := range ended {
			c.remoteLine(s)
		}
	}
	if worst != exitDone {
		return &exitError{code: worst}
	}
	return nil
}

// syncCode is how a round ended: done only when both sides agree on the digest of every workspace that is kept.
func syncCode(s catalog.SyncStatus) int {
	switch s.State {
	case catalog.SyncDenied, catalog.SyncRevoked:
		return exitDenied
	case catalog.SyncAgreed:
		for _, w := range s.Workspaces {
			if w.Kept && w.State != catalog.SyncAgreed {
				return exitPending
			}
		}
		return exitDone
	}
	if s.State == catalog.SyncStarting && len(s.Workspaces) == 0 && s.LastSuccess != nil {
		return exitDone // an account without workspaces: there is nothing to agree on
	}
	return exitPending
}

// follow prints how the remotes stand whenever that changes, until ctx ends.
func (c *call) follow(ctx context.Context, desk *client.Client) error {
	said := map[string]string{}
	look := func() error {
		list, err := desk.Remotes(ctx)
		if err != nil {
			return err
		}
		for _, s := range list {
			if said[s.ID] != s.Sentence {
				said[s.ID] = s.Sentence
				c.line("%s: %s", c.styled(bold, clean(s.Name)), clean(s.Sentence))
			}
		}
		return nil
	}
	if err := look(); err != nil {
		return err
	}
	err := desk.Events(ctx, func(e catalog.Event) error {
		if e.Kind != "sync" && e.Kind != "ping" {
			return nil
		}
		return look()
	})
	if ctx.Err() != nil {
		return nil // told to stop
	}
	return err
}
