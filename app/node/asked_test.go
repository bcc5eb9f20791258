package node

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestAQuestionThatWasAskedOfflineIsAnsweredByTheRemote(t *testing.T) {
	t.Parallel()
	office, laptop := newDevice(t, "office"), newDevice(t, "laptop")
	kept := must(office.desk.CreateWorkspace(t.Context(), "Archive"))(office)
	office.put(kept.ID, "cup.txt", "The cup of 1998 was won by the allotment club of Eastfield.")
	office.eventually("the office has read it", func() bool {
		s := must(office.desk.Status(t.Context()))(office)
		return s.Documents.Pending == 0
	})
	laptop.connect(office.invite(""))
	s := laptop.agree()
	no := false
	must(laptop.desk.ChooseWorkspace(t.Context(), s.ID, kept.ID, catalog.SyncChoiceChange{Kept: &no}))(laptop)
	laptop.check(laptop.desk.PauseRemote(t.Context(), s.ID, true))
	laptop.call(http.StatusCreated, "POST", "/questions", map[string]any{"query": "Who won the cup of 1998?", "later": true}, nil)
	laptop.check(laptop.desk.PauseRemote(t.Context(), s.ID, false))
	laptop.eventually("the remote's answer has come", func() bool {
		laptop.sync()
		var list struct{ Questions []catalog.Asked }
		laptop.call(http.StatusOK, "GET", "/questions", nil, &list)
		for _, q := range list.Questions {
			for _, a := range q.Answers {
				if !a.Here && a.Answer.Answered && strings.Contains(a.Answer.Response, "Eastfield") {
					return true
				}
			}
		}
		return false
	})
}
