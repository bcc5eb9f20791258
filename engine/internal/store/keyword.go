package store

import (
	"context"
	"strings"
	"unicode"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Weights of the two columns of each keyword table in BM25: title and body, name and metadata. A title weight between
// two and five helped on the development sets; ten did not.
const (
	passageRank = "'bm25(3.0, 1.0)'"
	nameRank    = "'bm25(3.0, 1.0)'"
)

// narrowScope is the number of admitted contents up to which their passages are looked up one by one. Measured at
// 100,000 passages: five contents by join 232–386 ms, by +rowid IN (…) 54 ms; wide filters are better joined.
const narrowScope = 200

// Keyword returns the n passages that match best, greatest score (BM25 with its sign turned) first, ties by text.
func (s *Store) Keyword(ctx context.Context, q catalog.KeywordQuery, scope catalog.Scope, n int) ([]catalog.Scored, error) {
	match := matchExpression(q)
	if match == "" || n <= 0 {
		return nil, nil
	}
	from, args, err := s.matching(ctx, match, scope)
	if err != nil {
		return nil, err
	}
	var list []catalog.Scored
	query := `SELECT k.id, p.content, -k.score FROM (SELECT t.rowid AS id, t.rank AS score FROM ` + from +
		` AND t.rank MATCH ` + passageRank + ` ORDER BY t.rank LIMIT ?) k CROSS JOIN passage p ON p.id = k.id ORDER BY k.score, p.text, k.id LIMIT ?`
	err = s.readOnce(ctx, func(row scanner) error {
		var hit catalog.Scored
		err := row.Scan(&hit.PassageID, &hit.ContentKey, &hit.Score)
		list = append(list, hit)
		return err
	}, query, append(args, n+tieRoom, n)...)
	return list, err
}

// tieRoom is how many passages beyond those asked for are read, so that equal scores are put in order by their text and
// not by which was indexed first: two devices, or two runs, rank alike.
const tieRoom = 100

// KeywordDocuments returns how many contents have a passage that matches, exactly.
func (s *Store) KeywordDocuments(ctx context.Context, q catalog.KeywordQuery, scope catalog.Scope) (int, error) {
	match := matchExpression(q)
	if match == "" {
		return 0, nil
	}
	from, args, err := s.matching(ctx, match, scope)
	if err != nil {
		return 0, err
	}
	seen := &catalog.ContentSet{}
	err = s.readOnce(ctx, func(row scanner) error {
		var key int64
		err := row.Scan(&key)
		seen.Add(key)
		return err
	}, "SELECT p.content FROM (SELECT t.rowid AS id FROM "+from+") k CROSS JOIN passage p ON p.id = k.id", args...)
	return seen.Len(), err
}

// matching is FROM … WHERE … for keyword rows t that match within a scope.
func (s *Store) matching(ctx context.Context, match string, scope catalog.Scope) (string, []any, error) {
	a, err := s.admitted(ctx, scope)
	if err != nil {
		return "", nil, err
	}
	if a.everything {
		return "passage_text t WHERE t.passage_text MATCH ?", []any{match}, nil
	}
	keys, narrow, err := s.few(ctx, a)
	if err != nil {
		return "", nil, err
	}
	if narrow {
		return "passage_text t WHERE t.passage_text MATCH ? AND +t.rowid IN (SELECT id FROM passage WHERE content IN (" + joinKeys(keys) + "))", []any{match}, nil
	}
	from := "passage_text t CROSS JOIN passage o ON o.id = t.rowid CROSS JOIN content c ON c.key = o.content WHERE t.passage_text MATCH ? AND " + a.sql()
	return from, append([]any{match}, a.args...), nil
}

// few returns the admitted contents when there are at most narrowScope of them.
func (s *Store) few(ctx context.Context, a *admission) (keys []int64, narrow bool, err error) {
	err = s.readOnce(ctx, func(row scanner) error {
		var key int64
		err := row.Scan(&key)
		keys = append(keys, key)
		return err
	}, "SELECT c.key FROM content c WHERE "+a.sql()+" LIMIT ?", append(append([]any{}, a.args...), narrowScope+1)...)
	return keys, len(keys) <= narrowScope, err
}

// Names returns the n contents whose file name or metadata match best. PassageID is 0: it is the content that matches.
func (s *Store) Names(ctx context.Context, q catalog.KeywordQuery, scope catalog.Scope, n int) ([]catalog.Scored, error) {
	match := matchExpression(q)
	if match == "" || n <= 0 {
		return nil, nil
	}
	a, err := s.admitted(ctx, scope)
	if err != nil {
		return nil, err
	}
	from, args := "name_text t WHERE t.name_text MATCH ?", []any{match}
	if !a.everything {
		from = "name_text t CROSS JOIN content c ON c.key = t.rowid WHERE t.name_text MATCH ? AND " + a.sql()
		args = append(args, a.args...)
	}
	var list []catalog.Scored
	err = s.readOnce(ctx, func(row scanner) error {
		var hit catalog.Scored
		err := row.Scan(&hit.ContentKey, &hit.Score)
		list = append(list, hit)
		return err
	}, "SELECT t.rowid, -t.rank FROM "+from+" AND t.rank MATCH "+nameRank+" ORDER BY t.rank, t.rowid LIMIT ?", append(args, n)...)
	return list, err
}

// maxQueryTokens bounds the work of one query whatever it holds.
const maxQueryTokens = 256

// matchExpression writes a query in FTS5's language. Nothing of what a person typed is syntax: every token is quoted.
// It is empty when the query has nothing to look for.
func matchExpression(q catalog.KeywordQuery) string {
	var wanted, phrases, unwanted []string
	for i, term := range q.Terms {
		prefix := q.Prefix && i == len(q.Terms)-1
		wanted = append(wanted, termExpressions(term, prefix)...)
	}
	for _, phrase := range q.Phrases {
		if e := phraseExpression(phrase); e != "" {
			phrases = append(phrases, e)
		}
	}
	for _, term := range q.Excluded {
		if e := phraseExpression(term); e != "" {
			unwanted = append(unwanted, e)
		}
	}
	wanted = wanted[:min(len(wanted), maxQueryTokens)]
	phrases = phrases[:min(len(phrases), maxQueryTokens)]
	unwanted = unwanted[:min(len(unwanted), maxQueryTokens)]
	how := " OR "
	if q.All {
		how = " AND "
	}
	parts := phrases
	if len(wanted) > 0 && (q.All || len(phrases) == 0) {
		parts = append(parts, "("+strings.Join(wanted, how)+")")
	}
	if len(parts) == 0 {
		return ""
	}
	expression := strings.Join(parts, " AND ")
	if len(wanted) > 0 && !q.All && len(phrases) > 0 {
		// Phrases decide what matches; the words beside them only lift it.
		expression = "(" + expression + ") AND (" + expression + " OR " + strings.Join(wanted, how) + ")"
	}
	if len(unwanted) > 0 {
		expression = "(" + expression + ") NOT (" + strings.Join(unwanted, " OR ") + ")"
	}
	return expression
}

// termExpressions are the tokens of one term: several when it has runs that are cut to bigrams, else the term as it is
// (the tokenizer makes a phrase of "well-known").
func termExpressions(term string, prefix bool) []string {
	if !hasBigrams(term) {
		if e := phraseExpression(term); e == "" {
			return nil
		} else if prefix {
			return []string{e + "*"}
		} else {
			return []string{e}
		}
	}
	var list []string
	for _, token := range strings.Fields(splitScripts(term)) {
		if !searchable(token) {
			continue
		}
		// A single character at the end of a longer run is a token of its own in the index; as part of a query it would
		// match every text with that character. Alone it is the beginning of the bigrams that it stands in.
		single := len([]rune(token)) == 1 && hasBigrams(token)
		switch {
		case single && len(list) > 0:
		case single:
			list = append(list, quote(token)+"*")
		default:
			list = append(list, quote(token))
		}
	}
	if prefix && len(list) > 0 && !strings.HasSuffix(list[len(list)-1], "*") {
		list[len(list)-1] += "*"
	}
	return list
}

// phraseExpression is text as it stands: its tokens one after the other.
func phraseExpression(text string) string {
	if !searchable(text) {
		return ""
	}
	if !hasBigrams(text) {
		return quote(splitScripts(text))
	}
	tokens := strings.Fields(splitScripts(text))
	last := tokens[len(tokens)-1]
	if len([]rune(last)) == 1 && hasBigrams(last) {
		if len(tokens) == 1 {
			return quote(last) + "*"
		}
		if hasBigrams(tokens[len(tokens)-2]) {
			tokens = tokens[:len(tokens)-1] // the text may go on behind the phrase
		}
	}
	return quote(strings.Join(tokens, " "))
}

// searchable reports whether text has a letter or a digit: FTS5 refuses an expression without a token.
func searchable(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// quote makes an FTS5 string. NUL would end the expression and invalid UTF-8 cannot be in the index.
func quote(text string) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", " "), " ")
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}
