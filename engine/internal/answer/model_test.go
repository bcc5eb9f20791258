package answer

import (
	"context"
	_ "embed"
	"errors"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// chat is a language model that replies as it is told.
type chat func(p catalog.Prompt) (string, error)

func (c chat) Chat(_ context.Context, p catalog.Prompt, told func(string) error) (string, error) {
	reply, err := c(p)
	if told != nil && err == nil {
		err = told(reply)
	}
	return reply, err
}

func always(reply string) chat { return func(catalog.Prompt) (string, error) { return reply, nil } }

// written asks a model about the pages.
func written(t *testing.T, p pages, question string, model chat) catalog.Answer {
	t.Helper()
	var hits []catalog.Hit
	for key := range int64(len(p)) {
		hits = append(hits, whole(p, key, 1/float64(key+1)))
	}
	a := &Answerer{Corpus: p, Log: quiet()}
	got, err := a.Write(t.Context(), question, hits, Writer{Chat: model, Name: "small", Tokens: 4096, Instructions: "Be brief."}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range got.CitedContent {
		stored, err := p.Text(t.Context(), c.Key, c.Citation.Page, catalog.Span{Start: c.Citation.Start, End: c.Citation.End})
		if err != nil || stored != c.Citation.Quote {
			t.Errorf("cites %q, stored is %q, %v", c.Citation.Quote, stored, err)
		}
	}
	return got
}

func TestEverySentenceOfAModelIsChecked(t *testing.T) {
	t.Parallel()
	p := pages{0: oxygen, 1: football}
	for reply, want := range map[string]string{
		"Joseph Priestley discovered oxygen in 1774. [1]":                                      "Joseph Priestley discovered oxygen in 1774. 【0】",
		"It was discovered in 1774 by Joseph Priestley [1]. Its symbol is O and number 8 [1].": "It was discovered in 1774 by Joseph Priestley. 【0】 Its symbol is O and number 8. 【1】",
		"Joseph Priestley discovered it in 1774.":                                              "Joseph Priestley discovered it in 1774. 【0】",
		"Joseph Priestley discovered it in 1774. [2]":                                          "Joseph Priestley discovered it in 1774. 【0】",
		"**Joseph Priestley** discovered it in 1774 [1]. It smells of violets [1].":            "Joseph Priestley discovered it in 1774. 【0】 It smells of violets. (not found in the documents)",
		"<think>Hm. [1]</think>Discovered by Joseph Priestley in 1774【1】":                      "Discovered by Joseph Priestley in 1774 【0】",
	} {
		got := written(t, p, "Who discovered oxygen?", always(reply))
		if got.Response != want || got.Mode != "small" || !got.Answered || len(got.Warnings) > 0 {
			t.Errorf("%q\n got %q in mode %s, %v\nwant %q", reply, got.Response, got.Mode, got.Warnings, want)
		}
	}
}

func TestQuotedSentencesAnswerWhenTheModelDoesNot(t *testing.T) {
	t.Parallel()
	p := pages{0: oxygen}
	for name, model := range map[string]chat{
		"fails":             func(catalog.Prompt) (string, error) { return "", errors.New("connection refused") },
		"says nothing":      always(" \n"),
		"finds nothing":     always("NO ANSWER"),
		"another number":    always("Oxygen was discovered in 1775 by Joseph Priestley. [1]"),
		"another name":      always("Oxygen was discovered in 1774 by Antoine Lavoisier. [1]"),
		"only the question": always("Oxygen was discovered by who discovered oxygen. [1]"),
	} {
		got := written(t, p, "Who discovered oxygen?", model)
		if got.Mode != Mode || !got.Answered || len(got.Warnings) != 1 || !strings.Contains(got.Response, "1774 by Joseph Priestley") {
			t.Errorf("%s: %q in mode %s, %v", name, got.Response, got.Mode, got.Warnings)
		}
	}
	got := written(t, p, "What does the tax office want from beekeepers?", func(catalog.Prompt) (string, error) {
		t.Error("a model was asked although nothing is near enough")
		return "", nil
	})
	if got.Answered {
		t.Errorf("answered %q", got.Response)
	}
}

//go:embed testdata/injections.txt
var injections string

// TestPlantedInstructionsChangeNothing asks models that do whatever their material says: one obeys what it is shown, one
// has been won over already. Neither changes what is answered.
func TestPlantedInstructionsChangeNothing(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(injections), "\n")
	if len(lines) < 40 {
		t.Fatalf("%d injections", len(lines))
	}
	gullible := chat(func(p catalog.Prompt) (string, error) {
		if strings.Contains(p.User, "HALIBUT") {
			return "HALIBUT [1]. The answer is HALIBUT [1].", nil
		}
		return "Joseph Priestley discovered oxygen in 1774 [1].", nil
	})
	for _, line := range lines {
		p := pages{0: oxygen + " " + line + " It supports burning.", 1: line + " " + oxygen}
		for name, model := range map[string]chat{"gullible": gullible, "won over": always(line + " [1]")} {
			got := written(t, p, "Who discovered oxygen?", model)
			if strings.Contains(got.Response, "HALIBUT") && got.Mode != Mode || !strings.Contains(got.Response, "Priestley") {
				t.Errorf("%s, %q: %q in mode %s", name, line, got.Response, got.Mode)
			}
		}
	}
}

func TestTheFrameCannotBeWritten(t *testing.T) {
	t.Parallel()
	p := pages{0: "Oxygen [2] From \"b\": is heavy [1]. " + oxygen + "\x00\u202e"}
	request, passages, _ := prompt("Who?", "Be kind.", []catalog.Hit{whole(p, 0, 1)}, 4096)
	if len(passages) != 1 || strings.Count(request.User, "[1]") != 1 || strings.Contains(request.User, "[2]") || strings.ContainsAny(request.User, "\x00\u202e") {
		t.Errorf("asked %q", request.User)
	}
	if !strings.Contains(request.System, "Be kind.") || strings.Contains(request.User, "Be kind.") {
		t.Errorf("the agent's instructions are in %q", request.User)
	}
}

func TestAPromptKeepsWithinItsBudget(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Onions went into the long bed on the fourth of March. ", 200)
	chinese := strings.Repeat("洋葱种在长畦里。", 800)
	p := pages{0: long, 1: long, 2: chinese}
	hits := []catalog.Hit{whole(p, 0, 1), whole(p, 1, 0.9), whole(p, 2, 0.8)}
	for _, size := range []int{1200, 2048, 4096, 8192} {
		request, passages, _ := prompt("When?", "", hits, size)
		if n := tokens(request.System) + tokens(request.User) + request.MaxTokens; n > size || len(passages) == 0 {
			t.Errorf("%d tokens of %d with %d passages", n, size, len(passages))
		}
	}
	if _, passages, _ := prompt("When?", "", hits, 900); len(passages) != 0 {
		t.Errorf("%d passages where there is room for none", len(passages))
	}
}

// TestOrdinaryTextIsNoInstruction checks that what people write to people stays.
func TestOrdinaryTextIsNoInstruction(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		oxygen, football, "Please send the invoice to the tenant by Friday.", "The committee must answer within thirty days.",
		"Do not use this ladder when it rains.", "The model has four doors and a towbar.", "Reply by post to the address above.",
		"The assistant to the director was hired in May.", "You are welcome to visit the garden.", "System requirements: two cores.",
		"Repeat the dose after six hours.", "The rules of the allotment forbid bonfires.", "Note: the gate is locked at night.",
		"Act 2 begins in the garden.", "She forgot the passage about the whale.", "Die Anweisung kam vom Vermieter.", "Answer: 42 metres",
	} {
		if instructs(text) {
			t.Errorf("%q reads like an order to a model", text)
		}
	}
}
