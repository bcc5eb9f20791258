package measure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// goldAnswer is one line of answers.jsonl, in either of its forms. The first has a gold file and strings that answer;
// the second names a passage, whose file in docs has that name, and says whether it answers at all.
type goldAnswer struct {
	Question string `json:"question"`
	GoldFile string `json:"gold_file"`
	Kind     string `json:"kind"`
	Passage  string `json:"passage"`
	Answers  []struct {
		Text string `json:"text"`
	} `json:"answers"`

	goldPath string // GoldFile with symbolic links resolved, as the engine names it
}

// answerable reports whether the collection holds an answer.
func (g goldAnswer) answerable() bool {
	if g.Kind != "" {
		return g.Kind == "answerable"
	}
	return len(g.texts()) > 0
}

// texts are the strings that answer, without blank ones.
func (g goldAnswer) texts() []string {
	var texts []string
	for _, a := range g.Answers {
		if strings.TrimSpace(a.Text) != "" {
			texts = append(texts, a.Text)
		}
	}
	return texts
}

// isGold reports whether the file at path is the one that answers.
func (g goldAnswer) isGold(path string) bool {
	if g.GoldFile != "" {
		return path == g.goldPath
	}
	name := filepath.Base(path)
	return strings.TrimSuffix(name, filepath.Ext(name)) == g.Passage
}

// answered is what became of one question.
type answered struct {
	answerable, hasTexts              bool
	declined                          bool
	fileHit1, fileHit5                bool
	inTop1, inTop5, inResponse, cited bool
}

type answersReport struct {
	Questions  int `json:"questions"`
	Answerable struct {
		N                int      `json:"n"`
		Declined         float64  `json:"declined"`
		FileHit1         float64  `json:"fileHit1"`
		FileHit5         float64  `json:"fileHit5"`
		AnswerInTop1     *float64 `json:"answerInTop1,omitempty"`
		AnswerInTop5     *float64 `json:"answerInTop5,omitempty"`
		AnswerInResponse *float64 `json:"answerInResponse,omitempty"`
		CitationCorrect  *float64 `json:"citationCorrect,omitempty"`
	} `json:"answerable"`
	Unanswerable struct {
		N        int     `json:"n"`
		Declined float64 `json:"declined"`
	} `json:"unanswerable"`
}

func evalAnswers(ctx context.Context, o Options, dir string, out io.Writer) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	gold, err := readAnswers(dir)
	if err != nil {
		return err
	}
	root, data, _, err := workspace()
	if err != nil {
		return err
	}
	defer os.RemoveAll(root)
	ctx, s, err := indexed(ctx, o, data, filepath.Join(dir, "docs"))
	if err != nil {
		return err
	}
	o.say("asking %d questions", len(gold))
	outcomes := make([]answered, len(gold))
	err = inParallel(ctx, len(gold), func(ctx context.Context, i int) (err error) {
		outcomes[i], err = s.examine(ctx, gold[i])
		return err
	})
	if err != nil {
		return closing(s, err)
	}
	if err := s.close(); err != nil {
		return err
	}
	return write(out, summary(outcomes))
}

func readAnswers(dir string) ([]goldAnswer, error) {
	name := filepath.Join(dir, "answers.jsonl")
	var gold []goldAnswer
	err := eachLine(name, func(line []byte) error {
		var g goldAnswer
		if err := json.Unmarshal(line, &g); err != nil {
			return err
		}
		if strings.TrimSpace(g.Question) == "" {
			return errors.New("the question is missing")
		}
		if g.answerable() && g.GoldFile == "" && g.Passage == "" {
			return errors.New("neither gold_file nor passage says where the answer stands")
		}
		if g.GoldFile != "" {
			var err error
			if g.goldPath, err = filepath.EvalSymlinks(filepath.Join(dir, filepath.FromSlash(g.GoldFile))); err != nil {
				return fmt.Errorf("the gold file %s is not there", g.GoldFile)
			}
		}
		gold = append(gold, g)
		return nil
	})
	if err == nil && len(gold) == 0 {
		err = catalog.Errorf(catalog.Invalid, "%s holds no question.", name)
	}
	return gold, err
}

// examine searches and asks, and compares both with what is known to be right.
func (s *session) examine(ctx context.Context, g goldAnswer) (answered, error) {
	a := answered{answerable: g.answerable(), hasTexts: len(g.texts()) > 0}
	answer, err := s.Ask(ctx, catalog.Question{Text: g.Question})
	if err != nil {
		return a, err
	}
	a.declined = !answer.Answered
	if !a.answerable {
		return a, nil
	}
	// Three passages of each of five documents are in the first fifteen hits.
	found, err := s.Search(ctx, catalog.SearchRequest{Query: g.Question, Limit: 15})
	if err != nil {
		return a, err
	}
	a.fileHit1, a.fileHit5 = g.amongFirst(found.Hits, 1), g.amongFirst(found.Hits, 5)
	texts := g.texts()
	for i, hit := range found.Hits[:min(5, len(found.Hits))] {
		if contains(hit.Passage, texts) {
			a.inTop1 = a.inTop1 || i == 0
			a.inTop5 = true
		}
	}
	if answer.Answered {
		a.inResponse = contains(citationMark.ReplaceAllString(answer.Response, " "), texts)
		a.cited, err = s.citesRight(ctx, g, answer)
	}
	return a, err
}

// amongFirst reports whether the gold file is among the first n documents of the hits.
func (g goldAnswer) amongFirst(hits []catalog.Hit, n int) bool {
	documents := map[string]bool{}
	for _, hit := range hits {
		documents[hit.ContentID] = true
		if len(documents) > n {
			return false
		}
		if g.isGold(hit.Path) {
			return true
		}
	}
	return false
}

var citationMark = regexp.MustCompile(`【(\d+)】`)

// citesRight reports whether the first citation is of the gold file and quotes exactly what is stored at its place.
func (s *session) citesRight(ctx context.Context, g goldAnswer, answer catalog.Answer) (bool, error) {
	number := 0
	if mark := citationMark.FindStringSubmatch(answer.Response); mark != nil {
		number, _ = strconv.Atoi(mark[1]) // a number too large to parse is not cited content either
	}
	if number >= len(answer.CitedContent) {
		return false, nil
	}
	cited := answer.CitedContent[number]
	if !g.isGold(cited.Path) {
		return false, nil
	}
	page, err := s.Page(ctx, cited.ID, cited.Citation.Page)
	if catalog.CodeOf(err) == catalog.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	text, c := []rune(page.Text), cited.Citation
	inside := 0 <= c.Start && c.Start < c.End && c.End <= len(text)
	return inside && string(text[c.Start:c.End]) == c.Quote, nil
}

func summary(outcomes []answered) answersReport {
	r := answersReport{Questions: len(outcomes)}
	var yes, no []answered
	texts := false
	for _, a := range outcomes {
		if a.answerable {
			yes = append(yes, a)
			texts = texts || a.hasTexts
		} else {
			no = append(no, a)
		}
	}
	r.Unanswerable.N, r.Answerable.N = len(no), len(yes)
	r.Unanswerable.Declined = share(no, func(a answered) bool { return a.declined })
	r.Answerable.Declined = share(yes, func(a answered) bool { return a.declined })
	r.Answerable.FileHit1 = share(yes, func(a answered) bool { return a.fileHit1 })
	r.Answerable.FileHit5 = share(yes, func(a answered) bool { return a.fileHit5 })
	if !texts {
		return r
	}
	var given []answered
	for _, a := range yes {
		if !a.declined {
			given = append(given, a)
		}
	}
	r.Answerable.AnswerInTop1 = new(share(yes, func(a answered) bool { return a.inTop1 }))
	r.Answerable.AnswerInTop5 = new(share(yes, func(a answered) bool { return a.inTop5 }))
	r.Answerable.AnswerInResponse = new(share(yes, func(a answered) bool { return a.inResponse }))
	r.Answerable.CitationCorrect = new(share(given, func(a answered) bool { return a.cited }))
	return r
}

// share is the fraction of all for which holds; 0 of none.
func share(all []answered, holds func(answered) bool) float64 {
	n := 0
	for _, a := range all {
		if holds(a) {
			n++
		}
	}
	return rounded(float64(n) / float64(max(len(all), 1)))
}
