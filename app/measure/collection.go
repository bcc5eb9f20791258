package measure

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// longestLine bounds a line of a collection's files.
const longestLine = 64 << 20

// eachLine calls each with every line of the file that is not blank. What each finds wrong becomes Invalid, with the
// file and the line.
func eachLine(name string, each func(line []byte) error) error {
	f, err := os.Open(name)
	if err != nil {
		return catalog.WrapError(catalog.Invalid, name+" cannot be read.", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, longestLine)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		if err := each(lines.Bytes()); err != nil {
			return catalog.Errorf(catalog.Invalid, "%s, line %d: %v.", name, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return catalog.WrapError(catalog.Invalid, name+" cannot be read to its end.", err)
	}
	return nil
}

type corpusDocument struct {
	ID    string `json:"_id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// writeCorpus writes each document of corpus.jsonl as a file into dir. It returns the documents' ids by file name; the
// names are numbers, so that no id helps or harms a search.
func writeCorpus(corpus, dir string) (map[string]string, error) {
	ids := map[string]string{}
	err := eachLine(corpus, func(line []byte) error {
		var d corpusDocument
		if err := json.Unmarshal(line, &d); err != nil {
			return err
		}
		name := fmt.Sprintf("%07d.md", len(ids))
		ids[name] = d.ID
		text := d.Text
		if d.Title != "" {
			text = "# " + strings.Join(strings.Fields(d.Title), " ") + "\n\n" + text
		}
		return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)
	})
	return ids, err
}

type query struct {
	ID   string `json:"_id"`
	Text string `json:"text"`
}

// readQueries returns the queries that have a relevant document, in the file's order.
func readQueries(dir string) ([]query, map[string]judgements, error) {
	qrels, err := readJudgements(filepath.Join(dir, "qrels.tsv"))
	if err != nil {
		return nil, nil, err
	}
	var queries []query
	err = eachLine(filepath.Join(dir, "queries.jsonl"), func(line []byte) error {
		var q query
		if err := json.Unmarshal(line, &q); err != nil {
			return err
		}
		if qrels[q.ID].relevant() > 0 {
			queries = append(queries, q)
		}
		return nil
	})
	if err == nil && len(queries) == 0 {
		err = catalog.Errorf(catalog.Invalid, "No query in %s has a relevant document.", dir)
	}
	return queries, qrels, err
}

// readJudgements reads query, document and grade from the tab-separated columns of BEIR (three, a heading first) or of
// TREC (four, the second without meaning).
func readJudgements(name string) (map[string]judgements, error) {
	qrels, heading := map[string]judgements{}, true
	err := eachLine(name, func(line []byte) error {
		columns := strings.Fields(string(line))
		first := heading
		heading = false
		if len(columns) == 4 {
			columns = []string{columns[0], columns[2], columns[3]}
		}
		if len(columns) != 3 {
			return fmt.Errorf("%d columns where query, document and grade are expected", len(columns))
		}
		grade, err := strconv.Atoi(columns[2])
		if err != nil {
			if first {
				return nil
			}
			return fmt.Errorf("%q is no grade", columns[2])
		}
		if qrels[columns[0]] == nil {
			qrels[columns[0]] = judgements{}
		}
		qrels[columns[0]][columns[1]] = grade
		return nil
	})
	return qrels, err
}
