package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"math"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// liveContent is a condition on passage p: its content is not in the trash.
const liveContent = "EXISTS (SELECT 1 FROM content c WHERE c.key = p.content AND c.deleted_at IS NULL)"

// PendingVectors returns live passages without a vector of the model, oldest first. Everything below the first of them
// is remembered as done, so that asking again does not start from the beginning.
func (s *Store) PendingVectors(ctx context.Context, fingerprint string, limit int) ([]catalog.StoredPassage, error) {
	s.vectorMu.Lock()
	from, turn := s.vectorsTo[fingerprint], s.vectorTurn
	s.vectorMu.Unlock()
	var list []catalog.StoredPassage
	err := s.read(ctx, func(row scanner) error {
		p, err := scanPassage(row)
		list = append(list, p)
		return err
	}, selectPassage+` WHERE p.id > ?1 AND NOT EXISTS (SELECT 1 FROM vector v WHERE v.passage = p.id AND v.model = (SELECT key FROM model WHERE fingerprint = ?2))
		AND `+liveContent+` ORDER BY p.id LIMIT ?3`, from, fingerprint, limit)
	if err == nil && len(list) > 0 {
		s.vectorMu.Lock()
		if s.vectorTurn == turn {
			s.vectorsTo[fingerprint] = list[0].ID - 1
		}
		s.vectorMu.Unlock()
	}
	return list, err
}

// forgetVectorMarks is called after passages that lie below the marks have lost their vectors and are live.
func (s *Store) forgetVectorMarks() {
	s.vectorMu.Lock()
	clear(s.vectorsTo)
	s.vectorTurn++
	s.vectorMu.Unlock()
}

// CommitVectors stores vectors of a model and returns those whose passage is still there and live.
// An empty vector says that the passage holds nothing to embed: it waits no longer and is never found by its meaning.
func (s *Store) CommitVectors(ctx context.Context, fingerprint string, list []catalog.VectorOf) ([]catalog.VectorOf, error) {
	var kept []catalog.VectorOf
	err := s.write(ctx, func(t *tx) error {
		var model int64
		err := t.row("SELECT key FROM model WHERE fingerprint = ?", fingerprint).Scan(&model)
		if errors.Is(err, sql.ErrNoRows) {
			err = t.row("INSERT INTO model (fingerprint) VALUES (?) RETURNING key", fingerprint).Scan(&model)
		}
		if err != nil {
			return err
		}
		for _, v := range list {
			result, err := t.exec(`INSERT INTO vector (passage, model, vector) SELECT p.id, ?, ? FROM passage p WHERE p.id = ? AND `+liveContent+`
				ON CONFLICT (passage, model) DO UPDATE SET vector = excluded.vector`, model, vectorBytes(v.Vector), v.PassageID)
			if err != nil {
				return err
			}
			if n, err := result.RowsAffected(); err != nil {
				return err
			} else if n > 0 && len(v.Vector) > 0 {
				kept = append(kept, v)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return kept, nil
}

// EachVector calls yield for every vector of a model until it returns an error: little-endian float32, valid only
// during the call.
func (s *Store) EachVector(ctx context.Context, fingerprint string, yield func(passageID, contentKey int64, vector []byte) error) error {
	var raw sql.RawBytes
	return s.read(ctx, func(row scanner) error {
		var passage, content int64
		if err := row.Scan(&passage, &content, &raw); err != nil {
			return err
		}
		return yield(passage, content, raw)
	}, `SELECT v.passage, p.content, v.vector FROM vector v JOIN passage p ON p.id = v.passage
		WHERE v.model = (SELECT key FROM model WHERE fingerprint = ?) AND length(v.vector) > 0`, fingerprint)
}

// VectorCounts returns how many live passages have a vector of the model and how many have none yet.
func (s *Store) VectorCounts(ctx context.Context, fingerprint string) (ready, pending int, err error) {
	var live int
	err = s.readRow(ctx, `SELECT ifnull((SELECT vectors FROM model WHERE fingerprint = ?), 0),
		(SELECT count(*) FROM passage) - (SELECT ifnull(sum(passages), 0) FROM content WHERE deleted_at > 0)`, fingerprint).Scan(&ready, &live)
	return ready, max(live-ready, 0), s.fault(err)
}

func vectorBytes(vector []float32) []byte {
	b := make([]byte, 0, 4*len(vector))
	for _, x := range vector {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}
