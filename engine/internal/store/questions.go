package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	selectQuestion = "SELECT q.id, q.text, q.scope, q.answers, q.asked_at, q.wanted FROM question q JOIN user u ON u.key = q.user WHERE u.id = ?1"
	noQuestion     = "There is no such question."
)

// givenAnswer is an answer as it is stored and as it travels, under the id of the device that gave it.
type givenAnswer struct {
	At     int64          `json:"at"`
	Answer catalog.Answer `json:"answer"`
}

func (s *Store) scanQuestion(row scanner) (q catalog.Asked, err error) {
	var scope, answers string
	var asked int64
	if err := row.Scan(&q.ID, &q.Text, &scope, &answers, &asked, &q.Later); err != nil {
		return q, err
	}
	q.AskedAt, q.Answers = time.Unix(asked, 0).UTC(), []catalog.AskedAnswer{}
	given := map[string]givenAnswer{}
	if err := errors.Join(json.Unmarshal([]byte(scope), &q.Workspaces), json.Unmarshal([]byte(answers), &given)); err != nil {
		return q, err
	}
	own := s.DeviceID()
	for device, a := range given {
		q.Answers = append(q.Answers, catalog.AskedAnswer{Device: device, Here: device == own, At: time.Unix(a.At, 0).UTC(), Answer: a.Answer})
	}
	slices.SortFunc(q.Answers, func(a, b catalog.AskedAnswer) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Device, b.Device))
	})
	return q, nil
}

// Questions returns a page of what a user has asked, newest first, and how much there is in all.
func (s *Store) Questions(ctx context.Context, userID string, limit, offset int) (list []catalog.Asked, total int, err error) {
	err = s.readRow(ctx, "SELECT count(*) FROM question WHERE user = (SELECT key FROM user WHERE id = ?)", userID).Scan(&total)
	if err != nil {
		return nil, 0, s.fault(err)
	}
	list = []catalog.Asked{}
	err = s.read(ctx, func(row scanner) error {
		q, err := s.scanQuestion(row)
		list = append(list, q)
		return err
	}, selectQuestion+" ORDER BY q.asked_at DESC, q.key DESC LIMIT ?2 OFFSET ?3", userID, limit, offset)
	return list, total, err
}

// Question returns one of a user; NotFound covers those of others.
func (s *Store) Question(ctx context.Context, userID, id string) (catalog.Asked, error) {
	q, err := s.scanQuestion(s.readRow(ctx, selectQuestion+" AND q.id = ?2", userID, id))
	return q, s.fault(notFound(err, noQuestion))
}

// KeepQuestion records what a user asked and, unless it is nil, the answer that this device gave.
func (s *Store) KeepQuestion(ctx context.Context, userID string, q catalog.Asked, answer *catalog.Answer) (catalog.Asked, error) {
	err := s.write(ctx, func(t *tx) error {
		user, err := t.userKey(userID)
		if err != nil {
			return err
		}
		q.ID, q.AskedAt = t.s.newID(t.now), time.Unix(t.now.Unix(), 0).UTC()
		if q.Workspaces == nil {
			q.Workspaces = []string{}
		}
		answers := map[string]givenAnswer{}
		fields := []field{{"askedAt", jsonText(q.AskedAt.Unix())}, {"later", jsonText(q.Later)}, {"scope", jsonText(q.Workspaces)}, {"text", jsonText(q.Text)}}
		if answer != nil {
			given := givenAnswer{t.now.Unix(), *answer}
			answers[t.device.id] = given
			fields = append(fields, field{answerField + t.device.id, jsonText(given)})
		}
		_, err = t.exec("INSERT INTO question (id, user, text, scope, answers, wanted, due, asked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			q.ID, user, q.Text, jsonText(q.Workspaces), jsonText(answers), q.Later, false, q.AskedAt.Unix())
		if err != nil {
			return err
		}
		return t.itemCreated(catalog.KindQuestion, q.ID, accountFeed(user), []byte{}, fields)
	})
	if err != nil {
		return catalog.Asked{}, err
	}
	return s.Question(ctx, userID, q.ID)
}

// answerField is what the names of the journal's fields of answers begin with; the device's id follows.
const answerField = "answer."

// AnswerQuestion adds this device's answer to a question, or replaces it.
func (s *Store) AnswerQuestion(ctx context.Context, userID, id string, answer catalog.Answer) error {
	return s.write(ctx, func(t *tx) error {
		key, answers, err := t.question(userID, id)
		if err != nil {
			return err
		}
		given := givenAnswer{t.now.Unix(), answer}
		answers[t.device.id] = given
		if _, err := t.exec("UPDATE question SET answers = ?, due = 0 WHERE key = ?", jsonText(answers), key); err != nil {
			return err
		}
		return t.itemFields(id, field{answerField + t.device.id, jsonText(given)})
	})
}

// AskLater says whether the remote is to answer a question as well.
func (s *Store) AskLater(ctx context.Context, userID, id string, later bool) error {
	return s.write(ctx, func(t *tx) error {
		key, _, err := t.question(userID, id)
		if err != nil {
			return err
		}
		if _, err := t.exec("UPDATE question SET wanted = ? WHERE key = ?", later, key); err != nil {
			return err
		}
		return t.itemFields(id, field{"later", jsonText(later)})
	})
}

// DeleteQuestion forgets a question and its answers.
func (s *Store) DeleteQuestion(ctx context.Context, userID, id string) error {
	return s.write(ctx, func(t *tx) error {
		key, _, err := t.question(userID, id)
		if err != nil {
			return err
		}
		if _, err := t.exec("DELETE FROM question WHERE key = ?", key); err != nil {
			return err
		}
		return t.itemDeleted(id)
	})
}

func (t *tx) question(userID, id string) (key int64, answers map[string]givenAnswer, err error) {
	var stored string
	err = t.row("SELECT q.key, q.answers FROM question q JOIN user u ON u.key = q.user WHERE u.id = ? AND q.id = ?", userID, id).Scan(&key, &stored)
	if err != nil {
		return 0, nil, notFound(err, noQuestion)
	}
	answers = map[string]givenAnswer{}
	return key, answers, json.Unmarshal([]byte(stored), &answers)
}

// DueQuestion is a question that wants an answer from this device, and whose it is.
type DueQuestion struct {
	UserID string
	catalog.Asked
}

// DueQuestions returns questions that came from other devices and want an answer from this one, oldest first.
func (s *Store) DueQuestions(ctx context.Context, limit int) (list []DueQuestion, err error) {
	type due struct{ user, id string }
	var all []due
	err = s.read(ctx, func(row scanner) error {
		var d due
		err := row.Scan(&d.user, &d.id)
		all = append(all, d)
		return err
	}, "SELECT u.id, q.id FROM question q INDEXED BY question_due JOIN user u ON u.key = q.user WHERE q.due = 1 AND u.removed_at IS NULL ORDER BY q.key LIMIT ?", limit)
	for _, d := range all {
		q, failed := s.Question(ctx, d.user, d.id)
		err = errors.Join(err, failed)
		list = append(list, DueQuestion{d.user, q})
	}
	return list, err
}

// pullQuestion makes the row of a question say what its item says. Answers that cannot be read are left out.
func (t *tx) pullQuestion(item catalog.Item, user int64) error {
	if item.Deleted() {
		_, err := t.exec("DELETE FROM question WHERE id = ?", item.ID)
		return err
	}
	text, scope, asked, later := "?", []string{}, t.now.Unix(), false
	fieldValue(item, "text", &text)
	fieldValue(item, "scope", &scope)
	fieldValue(item, "askedAt", &asked)
	fieldValue(item, "later", &later)
	answers := map[string]givenAnswer{}
	for name, r := range item.Fields {
		var given givenAnswer
		if device, ok := strings.CutPrefix(name, answerField); ok && r.Value != "" && json.Unmarshal([]byte(r.Value), &given) == nil {
			answers[device] = given
		}
	}
	_, answered := answers[t.device.id]
	due := later && !answered && item.Fields["text"].Stamp.Device != t.device.id
	_, err := t.exec(`INSERT INTO question (id, user, text, scope, answers, wanted, due, asked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET text = excluded.text, scope = excluded.scope, answers = excluded.answers, wanted = excluded.wanted,
		due = excluded.due, asked_at = excluded.asked_at`,
		item.ID, user, pulledText(text), jsonText(scope), jsonText(answers), later, due, asked)
	return err
}
