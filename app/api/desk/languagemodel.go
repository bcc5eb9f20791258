package desk

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Written is a line of an answer that is told while a language model writes it: pieces of unchecked text, then the answer
// that counts, or the failure.
type Written struct {
	Text   string          `json:"text,omitempty" doc:"The next piece of what is being written, not checked yet."`
	Answer *catalog.Answer `json:"answer,omitempty" doc:"The whole answer, checked; the last line."`
	Error  string          `json:"error,omitempty" doc:"Why there is none; the last line."`
}

// askAsWritten streams an answer, one JSON object a line. Without a language model there is one line.
func (d *Desk) askAsWritten(w http.ResponseWriter, r *http.Request) error {
	question, err := readQuestion(w, r)
	if err != nil {
		return err
	}
	ctx, cancel := d.untilStopping(r.Context())
	defer cancel()
	began := false
	tell := func(line Written) error {
		if !began {
			began = true
			w.Header().Set("Content-Type", "application/x-ndjson")
			w.Header().Set("X-Accel-Buffering", "no")
		}
		return writeJSONLine(w, line)
	}
	answer, err := d.engine.AskAsWritten(ctx, question, func(piece string) error { return tell(Written{Text: piece}) })
	switch {
	case err != nil && !began:
		return err
	case err != nil:
		return streamError(ctx, tell(Written{Error: catalog.MessageOf(err)}))
	}
	return streamError(ctx, tell(Written{Answer: &answer}))
}

func (d *Desk) languageModel(w http.ResponseWriter, r *http.Request) error {
	m, err := d.engine.LanguageModel(r.Context())
	if err != nil {
		return err
	}
	web.Write(w, ok, m)
	return nil
}

func (d *Desk) changeLanguageModel(w http.ResponseWriter, r *http.Request) error {
	var change catalog.LanguageModelChange
	if err := web.Decode(w, r, &change); err != nil {
		return err
	}
	m, err := d.engine.SetLanguageModel(r.Context(), change)
	if err != nil {
		return err
	}
	web.Write(w, ok, m)
	return nil
}

func (d *Desk) tryLanguageModel(w http.ResponseWriter, r *http.Request) error {
	var change catalog.LanguageModelChange
	if err := web.Decode(w, r, &change); err != nil {
		return err
	}
	trial, err := d.engine.TryLanguageModel(r.Context(), change)
	if err != nil {
		return err
	}
	web.Write(w, ok, trial)
	return nil
}

// writeJSONLine writes a value and a line end, at once.
func writeJSONLine(w http.ResponseWriter, value any) error {
	line, err := json.Marshal(value)
	if err != nil {
		return err
	}
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(web.Stall)) // not supported in-process, where nobody is slow
	if _, err := w.Write(append(line, '\n')); err != nil {
		return err
	}
	return control.Flush()
}
