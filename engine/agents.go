package engine

import (
	"context"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// maxInstructions is the longest text of an agent's instructions, in code points.
const maxInstructions = 100_000

// Agents lists the agents of the actor, the built-in one first, then oldest first.
func (e *Engine) Agents(ctx context.Context) ([]catalog.Agent, error) {
	user, builtIn, err := e.builtInAgent(ctx)
	if err != nil {
		return nil, err
	}
	own, err := e.store.Agents(ctx, user)
	return append([]catalog.Agent{builtIn}, own...), err
}

// Agent returns an agent of the actor or the built-in one. NotFound for any other id.
func (e *Engine) Agent(ctx context.Context, id string) (catalog.Agent, error) {
	user, builtIn, err := e.builtInAgent(ctx)
	if err != nil || id == builtIn.ID {
		return builtIn, err
	}
	if !catalog.ValidID(id) {
		return catalog.Agent{}, unknown("agent", id)
	}
	return e.store.Agent(ctx, user, id)
}

// CreateAgent makes an agent of the actor. Invalid for a bad name or instructions that are blank or over 100,000 code
// points; Conflict for a name that the actor's agents have already, case ignored.
func (e *Engine) CreateAgent(ctx context.Context, name, instructions string) (catalog.Agent, error) {
	user, builtIn, err := e.builtInAgent(ctx)
	if err != nil {
		return catalog.Agent{}, err
	}
	c := catalog.AgentChange{Name: &name, Instructions: &instructions}
	if err := checkAgent(builtIn, c); err != nil {
		return catalog.Agent{}, err
	}
	return e.store.CreateAgent(ctx, user, strings.TrimSpace(name), instructions)
}

// UpdateAgent changes what is present in c. Errors as CreateAgent; NotFound for an unknown agent, Conflict for the
// built-in one.
func (e *Engine) UpdateAgent(ctx context.Context, id string, c catalog.AgentChange) (catalog.Agent, error) {
	user, builtIn, err := e.ownAgent(ctx, id)
	if err != nil {
		return catalog.Agent{}, err
	}
	if err := checkAgent(builtIn, c); err != nil {
		return catalog.Agent{}, err
	}
	if c.Name != nil {
		c.Name = new(strings.TrimSpace(*c.Name))
	}
	if err := e.store.UpdateAgent(ctx, user, id, c); err != nil {
		return catalog.Agent{}, err
	}
	return e.store.Agent(ctx, user, id)
}

// DeleteAgent removes an agent of the actor. NotFound for an unknown one, Conflict for the built-in one.
func (e *Engine) DeleteAgent(ctx context.Context, id string) error {
	user, _, err := e.ownAgent(ctx, id)
	if err != nil {
		return err
	}
	return e.store.DeleteAgent(ctx, user, id)
}

// builtInAgent returns the actor's user with the agent that everybody has.
func (e *Engine) builtInAgent(ctx context.Context) (user string, builtIn catalog.Agent, err error) {
	actor, err := caller(ctx)
	if err != nil {
		return "", catalog.Agent{}, err
	}
	user = e.userOf(actor)
	builtIn, err = e.store.BuiltInAgent(ctx, user)
	return user, builtIn, err
}

// ownAgent is builtInAgent for a change of the agent with an id.
func (e *Engine) ownAgent(ctx context.Context, id string) (user string, builtIn catalog.Agent, err error) {
	user, builtIn, err = e.builtInAgent(ctx)
	switch {
	case err != nil:
	case id == builtIn.ID:
		err = catalog.Errorf(catalog.Conflict, "The %s is built in and stays as it is. Make an agent of your own.", builtIn.Name)
	case !catalog.ValidID(id):
		err = unknown("agent", id)
	}
	return user, builtIn, err
}

func checkAgent(builtIn catalog.Agent, c catalog.AgentChange) error {
	var wrong wrongFields
	if c.Name != nil {
		wrong.checkText("name", *c.Name, 1, maxName)
	}
	if c.Instructions != nil {
		wrong.checkText("instructions", *c.Instructions, 1, maxInstructions)
	}
	if err := wrong.err(); err != nil {
		return err
	}
	if c.Name != nil && catalog.FoldCase(strings.TrimSpace(*c.Name)) == catalog.FoldCase(builtIn.Name) {
		return catalog.Errorf(catalog.Conflict, "There is an agent named %q already. Choose another name.", builtIn.Name)
	}
	return nil
}

// unknown is NotFound for a thing whose id says already that it does not exist.
func unknown(noun, id string) error {
	return catalog.Errorf(catalog.NotFound, "There is no %s %s.", noun, strings.ToValidUTF8(id, "\uFFFD"))
}
