package store

import (
	"cmp"
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Counts is what a status needs of the store, in a few milliseconds at 100,000 documents.
type Counts struct {
	Documents catalog.DocumentsStatus
	Passages  int
	Vectors   catalog.VectorsStatus
}

// StatusCounts counts live documents, passages and vectors. Waiting is what PendingText and PendingVectors would give.
// An empty fingerprint means that there is no model, and then no vectors are waited for.
func (s *Store) StatusCounts(ctx context.Context, config, fingerprint string) (Counts, error) {
	var c Counts
	if err := s.useConfig(ctx, config); err != nil {
		return c, err
	}
	now := s.options.Now().Unix()
	err := s.readRow(ctx, `SELECT ifnull(sum(y.live), 0), ifnull(sum(y.failed), 0), ifnull(sum(y.partial), 0), ifnull(sum(y.textless), 0),
		  ifnull(sum(CASE WHEN f.state IN ('offline', 'paused') THEN 0 ELSE y.unread END), 0)
		FROM tally y JOIN workspace w ON w.key = y.workspace LEFT JOIN folder f ON f.key = y.folder WHERE w.deleted_at IS NULL`).
		Scan(&c.Documents.Total, &c.Documents.Failed, &c.Documents.Partial, &c.Documents.Textless, &c.Documents.Pending)
	if err != nil {
		return c, s.fault(err)
	}
	if c.Documents.Failed > 0 {
		var due int
		err := s.readRow(ctx, `SELECT count(*) FROM content c INDEXED BY content_failed
			WHERE c.failed_at > 0 AND `+waiting, now).Scan(&due)
		if err != nil {
			return c, s.fault(err)
		}
		c.Documents.Pending += due
	}
	var failed []catalog.Content
	err = s.read(ctx, func(row scanner) error {
		content, err := scanContent(row)
		failed = append(failed, content)
		return err
	}, `SELECT `+contentColumns+` FROM (SELECT key FROM content WHERE failed_at > 0 AND deleted_at IS NULL ORDER BY failed_at DESC LIMIT 100) k
		CROSS JOIN content c ON c.key = k.key JOIN workspace w ON w.key = c.workspace AND w.deleted_at IS NULL
		LEFT JOIN file f ON f.content = ifnull(c.root, c.key) AND f.excluded = 0 LEFT JOIN folder d ON d.key = f.folder ORDER BY c.failed_at DESC, c.key`)
	if err != nil {
		return c, err
	}
	if err := s.tellLocked(ctx, failed); err != nil {
		return c, err
	}
	c.Documents.Failures = make([]catalog.Failure, len(failed))
	for i, content := range failed {
		c.Documents.Failures[i] = catalog.Failure{ContentID: content.ID, Path: cmp.Or(content.Path, content.FileName), Error: content.Failure, NeedsPassword: content.NeedsPassword}
	}
	if c.Documents.Partials, err = s.partials(ctx); err != nil {
		return c, err
	}
	ready, pending, err := s.VectorCounts(ctx, fingerprint)
	c.Passages = ready + pending
	if fingerprint != "" {
		c.Vectors = catalog.VectorsStatus{Ready: ready, Pending: pending}
	}
	return c, err
}

// partials are the latest 100 documents that were read in part only.
func (s *Store) partials(ctx context.Context) ([]catalog.ReadInPart, error) {
	list := []catalog.ReadInPart{}
	err := s.read(ctx, func(row scanner) error {
		content, err := scanContent(row)
		p := catalog.ReadInPart{ContentID: content.ID, Path: content.Path, Warnings: content.Warnings}
		if p.Path == "" {
			p.Path = content.FileName
		}
		list = append(list, p)
		return err
	}, `SELECT `+contentColumns+` FROM (SELECT key FROM content INDEXED BY content_extent WHERE extent > 0 AND extent = 1 AND deleted_at IS NULL ORDER BY key DESC LIMIT 100) k
		CROSS JOIN content c ON c.key = k.key JOIN workspace w ON w.key = c.workspace AND w.deleted_at IS NULL
		LEFT JOIN file f ON f.content = ifnull(c.root, c.key) AND f.excluded = 0 LEFT JOIN folder d ON d.key = f.folder ORDER BY c.key DESC`)
	return list, err
}
