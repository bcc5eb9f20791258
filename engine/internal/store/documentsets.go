package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// selectSet reads workspaces of the organization of the user in ?1, and whether they are visible: the user's own, or all
// with ?2, but only ?3 unless it is empty.
const selectSet = `
	SELECT w.key, w.id, w.name, w.description, g.id, w.version,
	  (?3 = '' OR w.id = ?3) AND (?2 OR EXISTS (SELECT 1 FROM member m WHERE m.workspace = w.key AND m.user = u.key)) AS visible
	FROM user u JOIN organization g ON g.key = u.organization JOIN workspace w ON w.organization = g.key
	WHERE u.id = ?1 AND w.deleted_at IS NULL`

func scanSet(row scanner) (key int64, set catalog.DocumentSet, visible bool, err error) {
	set.Documents = []string{}
	err = row.Scan(&key, &set.ID, &set.Name, &set.Details, &set.OrganizationID, &set.Version, &visible)
	return key, set, visible, err
}

// DocumentSets lists the sets in scope, oldest first, all at one moment.
func (s *Store) DocumentSets(ctx context.Context, scope catalog.SetScope) ([]catalog.DocumentSet, error) {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, s.fault(err)
	}
	defer tx.Rollback() // a snapshot for two queries, nothing to commit
	list := []catalog.DocumentSet{}
	keys, place := []int64{}, map[int64]int{}
	rows, err := tx.QueryContext(ctx, selectSet+" AND visible ORDER BY w.key", scope.UserID, scope.WholeOrganization, scope.WorkspaceID)
	err = forEach(rows, err, func(row scanner) error {
		key, set, _, err := scanSet(row)
		place[key] = len(list)
		keys, list = append(keys, key), append(list, set)
		return err
	})
	if err != nil {
		return nil, s.fault(err)
	}
	rows, err = tx.QueryContext(ctx, "SELECT workspace, id FROM content WHERE deleted_at IS NULL AND workspace IN ("+joinKeys(keys)+") ORDER BY workspace, created_at, id")
	err = forEach(rows, err, func(row scanner) error {
		var key int64
		var id string
		err := row.Scan(&key, &id)
		set := &list[place[key]]
		set.Documents = append(set.Documents, id)
		return err
	})
	return list, s.fault(err)
}

// DocumentSet returns one of the organization of the user in scope, without its documents, and whether the scope has it.
func (s *Store) DocumentSet(ctx context.Context, id string, scope catalog.SetScope) (set catalog.DocumentSet, visible bool, err error) {
	_, set, visible, err = scanSet(s.readRow(ctx, selectSet+" AND w.id = ?4", scope.UserID, scope.WholeOrganization, scope.WorkspaceID, id))
	return set, visible, s.fault(notFound(err, "There is no such workspace."))
}

// SetDocuments lists the live contents of a workspace, oldest first.
func (s *Store) SetDocuments(ctx context.Context, workspaceID string) ([]catalog.SetDocument, error) {
	list := []catalog.SetDocument{}
	err := s.read(ctx, func(row scanner) error {
		var d catalog.SetDocument
		var created, updated int64
		err := row.Scan(&d.ID, &d.Key, &d.Name, &d.Format, &d.Status, &d.Category, &d.AddedBy, &created, &updated)
		d.CreatedAt, d.UpdatedAt = time.Unix(created, 0).UTC(), time.Unix(updated, 0).UTC()
		list = append(list, d)
		return err
	}, `SELECT c.id, c.key, c.name, c.format, CASE WHEN c.failure IS NOT NULL THEN 'failed' WHEN c.stale = 1 THEN 'uploaded' ELSE 'processed' END,
		  ifnull(k.name, ''), ifnull(u.email, ''), c.created_at, c.updated_at
		FROM workspace w JOIN content c ON c.workspace = w.key
		LEFT JOIN category k ON k.id = c.category AND k.workspace = c.workspace LEFT JOIN user u ON u.id = c.added_by
		WHERE w.id = ? AND w.deleted_at IS NULL AND c.deleted_at IS NULL ORDER BY c.created_at, c.id`, workspaceID)
	return list, err
}
