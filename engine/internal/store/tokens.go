package store

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TokenSpec describes an access token to make.
type TokenSpec struct {
	Name        string
	UserEmail   string
	WorkspaceID string // not empty: the token sees this workspace only
	Abilities   []string
	Expires     time.Duration // 0 = never
}

// secretPrefix lets people and scanners recognise a secret of Sheaf.
const secretPrefix = "shf_"

// CreateToken makes a token and returns its secret (192 random bits), of which only the hash is stored.
func (s *Store) CreateToken(ctx context.Context, spec TokenSpec) (token catalog.Token, secret string, err error) {
	err = s.write(ctx, func(t *tx) error {
		user, err := t.presentUser(spec.UserEmail)
		if err != nil {
			return err
		}
		var workspace sql.NullInt64
		if spec.WorkspaceID != "" {
			key, err := t.liveWorkspace(spec.WorkspaceID)
			if err != nil {
				return err
			}
			workspace = sql.NullInt64{Int64: key, Valid: true}
		}
		random, err := t.s.randomBytes(24)
		if err != nil {
			return err
		}
		secret = secretPrefix + base64.RawURLEncoding.EncodeToString(random)
		token = catalog.Token{ID: t.s.newID(t.now), Name: spec.Name, UserEmail: user.Email, WorkspaceID: spec.WorkspaceID,
			Abilities: append([]string{}, spec.Abilities...), CreatedAt: t.now.Truncate(time.Second)}
		var expires any
		if spec.Expires > 0 {
			at := token.CreatedAt.Add(spec.Expires)
			token.ExpiresAt, expires = &at, at.Unix()
		}
		_, err = t.exec("INSERT INTO token (id, name, user, workspace, abilities, hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			token.ID, spec.Name, user.key, workspace, jsonText(token.Abilities), secretHash(secret), t.now.Unix(), expires)
		return err
	})
	return token, secret, err
}

func secretHash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// Tokens lists tokens that have not been revoked, oldest first.
func (s *Store) Tokens(ctx context.Context) ([]catalog.Token, error) {
	list := []catalog.Token{}
	err := s.read(ctx, func(row scanner) error {
		var k catalog.Token
		var abilities string
		var created int64
		var expires, used sql.NullInt64
		if err := row.Scan(&k.ID, &k.Name, &k.UserEmail, &k.WorkspaceID, &abilities, &created, &expires, &used); err != nil {
			return err
		}
		k.CreatedAt = time.Unix(created, 0).UTC()
		k.ExpiresAt, k.LastUsedAt = pointer(expires), pointer(used)
		list = append(list, k)
		return json.Unmarshal([]byte(abilities), &list[len(list)-1].Abilities)
	}, `SELECT t.id, t.name, u.email, ifnull(w.id, ''), t.abilities, t.created_at, t.expires_at, t.last_used_at
		FROM token t JOIN user u ON u.key = t.user LEFT JOIN workspace w ON w.key = t.workspace WHERE t.revoked_at IS NULL ORDER BY t.key`)
	return list, err
}

func pointer(seconds sql.NullInt64) *time.Time {
	if !seconds.Valid {
		return nil
	}
	at := moment(seconds)
	return &at
}

// RevokeToken ends a token at once. NotFound when there is none.
func (s *Store) RevokeToken(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		var key int64
		err := t.row("UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL RETURNING key", t.now.Unix(), id).Scan(&key)
		return notFound(err, "There is no such token.")
	})
}

// usedEvery is how finely the last use of a token is kept: a write for every request would be absurd.
const usedEvery = time.Minute

// TokenActor returns the actor of a token's secret. Unauthenticated when it is unknown, expired or revoked, or when its
// user or its workspace is gone.
func (s *Store) TokenActor(ctx context.Context, secret string) (catalog.Actor, error) {
	refused := catalog.Errorf(catalog.Unauthenticated, "The token is unknown, expired or revoked. Make a new one with sheaf token create.")
	if !strings.HasPrefix(secret, secretPrefix) {
		return catalog.Actor{}, refused
	}
	a := catalog.Actor{Kind: catalog.ActorUser}
	hash := secretHash(secret)
	var stored []byte
	var abilities string
	var expires, used sql.NullInt64
	err := s.readRow(ctx, `SELECT t.id, u.id, u.email, u.role, ifnull(w.id, ''), t.abilities, t.hash, t.expires_at, t.last_used_at
		FROM token t JOIN user u ON u.key = t.user LEFT JOIN workspace w ON w.key = t.workspace
		WHERE t.hash = ? AND t.revoked_at IS NULL AND u.removed_at IS NULL AND w.deleted_at IS NULL`, hash).
		Scan(&a.TokenID, &a.UserID, &a.Email, &a.Standing, &a.Workspace, &abilities, &stored, &expires, &used)
	if err != nil {
		if catalog.CodeOf(notFound(err, "")) == catalog.NotFound {
			return catalog.Actor{}, refused
		}
		return catalog.Actor{}, s.fault(err)
	}
	now := s.options.Now()
	if subtle.ConstantTimeCompare(stored, hash) != 1 || expires.Valid && now.Unix() >= expires.Int64 {
		return catalog.Actor{}, refused
	}
	if err := json.Unmarshal([]byte(abilities), &a.Abilities); err != nil {
		return catalog.Actor{}, err
	}
	if !used.Valid || now.Unix()-used.Int64 >= int64(usedEvery/time.Second) {
		err = s.write(ctx, func(t *tx) error {
			_, err := t.exec("UPDATE token SET last_used_at = ? WHERE id = ?", t.now.Unix(), a.TokenID)
			return err
		})
	}
	return a, err
}
