package store

import (
	"context"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const selectAgent = "SELECT a.id, a.name" + agentNumber + ", a.instructions, a.created_at, a.updated_at FROM agent a JOIN user u ON u.key = a.user WHERE u.id = ?1"

// agentNumber tells an agent from earlier ones of the same name: two that were made on two devices may have one.
const agentNumber = " || ifnull((SELECT ' (' || (count(*) + 1) || ')' FROM agent o WHERE o.user = a.user AND o.name_fold = a.name_fold AND o.id < a.id HAVING count(*) > 0), '')"

func scanAgent(row scanner) (a catalog.Agent, err error) {
	var created, updated int64
	err = row.Scan(&a.ID, &a.Name, &a.Instructions, &created, &updated)
	a.CreatedAt, a.UpdatedAt = time.Unix(created, 0).UTC(), time.Unix(updated, 0).UTC()
	return a, err
}

// BuiltInAgent is the agent that is always there for a user.
func (s *Store) BuiltInAgent(ctx context.Context, userID string) (catalog.Agent, error) {
	var organization string
	err := s.readRow(ctx, "SELECT g.id FROM user u JOIN organization g ON g.key = u.organization WHERE u.id = ?", userID).Scan(&organization)
	return catalog.ResearchAgent(organization), s.fault(notFound(err, "There is no such user."))
}

// Agents lists those that a user made, oldest first.
func (s *Store) Agents(ctx context.Context, userID string) ([]catalog.Agent, error) {
	list := []catalog.Agent{}
	err := s.read(ctx, func(row scanner) error {
		a, err := scanAgent(row)
		list = append(list, a)
		return err
	}, selectAgent+" ORDER BY a.created_at, a.id", userID)
	return list, err
}

// Agent returns one that a user made; NotFound covers those of others.
func (s *Store) Agent(ctx context.Context, userID, id string) (catalog.Agent, error) {
	a, err := scanAgent(s.readRow(ctx, selectAgent+" AND a.id = ?2", userID, id))
	return a, s.fault(notFound(err, noAgent))
}

const noAgent = "There is no such agent."

// CreateAgent makes an agent of a user. Conflict when the user has one of that name, case ignored.
func (s *Store) CreateAgent(ctx context.Context, userID, name, instructions string) (a catalog.Agent, err error) {
	err = s.write(ctx, func(t *tx) error {
		user, err := t.userKey(userID)
		if err != nil {
			return err
		}
		if err := t.agentNameFree(user, 0, name); err != nil {
			return err
		}
		at := time.Unix(t.now.Unix(), 0).UTC()
		a = catalog.Agent{ID: t.s.newID(t.now), Name: name, Instructions: instructions, CreatedAt: at, UpdatedAt: at}
		_, err = t.exec("INSERT INTO agent (id, user, name, name_fold, instructions, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
			a.ID, user, name, catalog.FoldCase(name), instructions, at.Unix(), at.Unix())
		if err != nil {
			return err
		}
		return t.itemCreated(catalog.KindAgent, a.ID, accountFeed(user), []byte{}, agentFields(a))
	})
	return a, err
}

// agentFields is what the journal says of a new agent.
func agentFields(a catalog.Agent) []field {
	return []field{{"createdAt", jsonText(a.CreatedAt.Unix())}, {"instructions", jsonText(a.Instructions)}, {"name", jsonText(a.Name)}}
}

// UpdateAgent changes what is present in c.
func (s *Store) UpdateAgent(ctx context.Context, userID, id string, c catalog.AgentChange) error {
	return s.write(ctx, func(t *tx) error {
		user, err := t.userKey(userID)
		if err != nil {
			return err
		}
		var key int64
		var name, instructions string
		if err := t.row("SELECT key, name, instructions FROM agent WHERE user = ? AND id = ?", user, id).Scan(&key, &name, &instructions); err != nil {
			return notFound(err, noAgent)
		}
		var fields []field
		if c.Name != nil {
			name = *c.Name
			fields = append(fields, field{"name", jsonText(name)})
		}
		if c.Instructions != nil {
			instructions = *c.Instructions
			fields = append(fields, field{"instructions", jsonText(instructions)})
		}
		if c.Name != nil {
			if err := t.agentNameFree(user, key, name); err != nil {
				return err
			}
		}
		_, err = t.exec("UPDATE agent SET name = ?, name_fold = ?, instructions = ?, updated_at = ? WHERE key = ?",
			name, catalog.FoldCase(name), instructions, t.now.Unix(), key)
		if err != nil || len(fields) == 0 {
			return err
		}
		return t.itemFields(id, fields...)
	})
}

// DeleteAgent removes an agent that a user made.
func (s *Store) DeleteAgent(ctx context.Context, userID, id string) error {
	return s.write(ctx, func(t *tx) error {
		var key int64
		if err := t.row("DELETE FROM agent WHERE user = (SELECT key FROM user WHERE id = ?) AND id = ? RETURNING key", userID, id).Scan(&key); err != nil {
			return notFound(err, noAgent)
		}
		return t.itemDeleted(id)
	})
}

// agentNameFree returns Conflict when a user has another agent of that name.
func (t *tx) agentNameFree(user, key int64, name string) error {
	return t.nameFree("SELECT EXISTS (SELECT 1 FROM agent WHERE user = ? AND key <> ? AND name_fold = ?)", "an agent", user, key, name)
}

// nameFree runs a query for another thing of the same place with the same folded name, and returns Conflict when there
// is one.
func (t *tx) nameFree(query, noun string, place, key int64, name string) error {
	var taken bool
	if err := t.row(query, place, key, catalog.FoldCase(name)).Scan(&taken); err != nil || !taken {
		return err
	}
	return catalog.Errorf(catalog.Conflict, "There is %s named %q already. Choose another name.", noun, name)
}

// userKey returns the key of a user.
func (t *tx) userKey(id string) (key int64, err error) {
	err = t.row("SELECT key FROM user WHERE id = ?", id).Scan(&key)
	return key, notFound(err, "There is no such user.")
}
