package remotes

import (
	"fmt"
	"strconv"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// remoteSentence says how a remote stands. First the fact, then the way out.
func remoteSentence(s catalog.SyncStatus, problem string) string {
	switch s.State {
	case catalog.SyncAgreed:
		return "In sync with " + s.Name + "."
	case catalog.SyncOffline:
		return s.Name + " cannot be reached." + waiting(s.Out)
	case catalog.SyncPaused:
		return "Paused." + waiting(s.Out)
	case catalog.SyncDenied:
		return s.Name + " does not take the token any more. Nothing was lost; give it a new token to go on." + waiting(s.Out)
	case catalog.SyncIncompatible:
		return s.Name + " speaks another version of the protocol. Update the older of the two." + waiting(s.Out)
	case catalog.SyncAsking:
		return "A question waits for your answer."
	case catalog.SyncStarting:
		if len(s.Workspaces) == 0 {
			return "The token sees no workspace on " + s.Name + "."
		}
		return s.Name + " has not answered yet." + waiting(s.Out)
	}
	if problem != "" {
		return problem
	}
	for _, w := range s.Workspaces {
		if w.Kept && w.State == s.State {
			return w.Name + ": " + w.Sentence
		}
	}
	return "Synchronising with " + s.Name + "."
}

// workspaceSentence says how a workspace stands.
func workspaceSentence(w catalog.WorkspaceSync) string {
	if !w.Kept {
		return "Not kept on this device."
	}
	said := stateSentence(w)
	if w.Conflicts > 0 && w.State != catalog.SyncRevoked {
		said += fmt.Sprintf(" %s two versions; choose which to keep.", has(w.Conflicts, "document"))
	}
	return said
}

func stateSentence(w catalog.WorkspaceSync) string {
	switch w.State {
	case catalog.SyncAgreed:
		return "In sync."
	case catalog.SyncWorking:
		return "Synchronising: " + amounts(w) + "."
	case catalog.SyncWaiting:
		if len(w.SetAside) > 0 {
			return fmt.Sprintf("Everything else has travelled; %s set aside.", is(len(w.SetAside), "item"))
		}
		return "Waits: " + orElse(w.Problem, amounts(w)+".")
	case catalog.SyncAsking:
		for _, q := range w.Questions {
			return questionSentence(q)
		}
		return "A question waits for your answer."
	case catalog.SyncOffline:
		return "Offline." + waiting(w.Out)
	case catalog.SyncPaused:
		return "Paused." + waiting(w.Out)
	case catalog.SyncDenied:
		return "Waits for a token." + waiting(w.Out)
	case catalog.SyncIncompatible:
		return "Waits for an update." + waiting(w.Out)
	case catalog.SyncRevoked:
		return "You are no member of it any more. Your unsynced work moves to a workspace of this device."
	case catalog.SyncRestored:
		return "The remote came back from a backup. What it lost is being offered to it: " + amounts(w) + "."
	case catalog.SyncFailed:
		return orElse(w.Problem, "Something failed; it is tried again.")
	}
	return "Not compared yet." + waiting(w.Out)
}

func questionSentence(q catalog.SyncQuestion) string {
	if q.Kind == catalog.AskDeletionsIn {
		return fmt.Sprintf("%s of %d deleted on the remote. Delete them here too?", were(q.Count, "document"), q.Of)
	}
	return fmt.Sprintf("%s of %d deleted here. Delete them on the remote too?", were(q.Count, "document"), q.Of)
}

// waiting says that changes wait, when some do.
func waiting(a catalog.SyncAmount) string {
	if a.Items == 0 {
		return ""
	}
	return " " + counted(a.Items, "change") + " " + verb(a.Items, "waits", "wait") + "."
}

func amounts(w catalog.WorkspaceSync) string {
	switch {
	case w.Out.Items > 0 && w.In.Items > 0:
		return fmt.Sprintf("%d to send, %d to receive", w.Out.Items, w.In.Items)
	case w.Out.Items > 0:
		return fmt.Sprintf("%d to send", w.Out.Items)
	case w.In.Items > 0:
		return fmt.Sprintf("%d to receive", w.In.Items)
	}
	return "comparing"
}

func orElse(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func has(n int, noun string) string  { return counted(n, noun) + " " + verb(n, "has", "have") }
func is(n int, noun string) string   { return counted(n, noun) + " " + verb(n, "is", "are") }
func were(n int, noun string) string { return counted(n, noun) + " " + verb(n, "was", "were") }
