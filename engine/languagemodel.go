package engine

import (
	"context"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/answer"
	"github.com/sheafdocs/sheaf/engine/internal/llm"
)

const (
	languageModelSetting = "language model"
	languageModelKey     = "language model key" // apart from the rest, which is shown
)

// The limits of what may be set.
const (
	leastContext, mostContext = 1024, 1 << 20
	leastSeconds, mostSeconds = 1, 600
)

// noLanguageModel is what holds before anybody has chosen one.
var noLanguageModel = catalog.LanguageModel{ContextTokens: 4096, Seconds: 60}

// LanguageModel tells which language model writes answers. Its key is never shown.
func (e *Engine) LanguageModel(ctx context.Context) (catalog.LanguageModel, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.LanguageModel{}, err
	}
	m, _, err := e.languageModel(ctx)
	return m, err
}

func (e *Engine) languageModel(ctx context.Context) (m catalog.LanguageModel, key string, err error) {
	m = noLanguageModel
	if _, err := e.store.Setting(ctx, languageModelSetting, &m); err != nil {
		return m, "", err
	}
	if _, err := e.store.Setting(ctx, languageModelKey, &key); err != nil {
		return m, "", err
	}
	m.HasKey, m.Local = key != "", llm.Local(m.BaseURL)
	return m, key, nil
}

// SetLanguageModel changes what is not nil. Invalid for an address that cannot be one, and for switching on what has no
// address or no model. A key stays with its service: a new address without a new key drops it.
func (e *Engine) SetLanguageModel(ctx context.Context, c catalog.LanguageModelChange) (catalog.LanguageModel, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.LanguageModel{}, err
	}
	m, key, err := e.languageModel(ctx)
	if err != nil {
		return catalog.LanguageModel{}, err
	}
	m, key, err = changed(m, key, c)
	if err != nil {
		return catalog.LanguageModel{}, err
	}
	if err := e.store.SaveSetting(ctx, languageModelKey, key); err != nil {
		return catalog.LanguageModel{}, err
	}
	if err := e.store.SaveSetting(ctx, languageModelSetting, m); err != nil {
		return catalog.LanguageModel{}, err
	}
	m.HasKey, m.Local = key != "", llm.Local(m.BaseURL)
	return m, nil
}

func changed(m catalog.LanguageModel, key string, c catalog.LanguageModelChange) (catalog.LanguageModel, string, error) {
	if c.BaseURL != nil && strings.TrimSpace(*c.BaseURL) != m.BaseURL {
		m.BaseURL, key = strings.TrimSpace(*c.BaseURL), ""
	}
	if c.Model != nil {
		m.Model = strings.TrimSpace(*c.Model)
	}
	if c.Key != nil {
		key = strings.TrimSpace(*c.Key)
	}
	if c.ContextTokens != nil {
		m.ContextTokens = *c.ContextTokens
	}
	if c.Seconds != nil {
		m.Seconds = *c.Seconds
	}
	if c.Enabled != nil {
		m.Enabled = *c.Enabled
	}
	return m, key, checkLanguageModel(m)
}

func checkLanguageModel(m catalog.LanguageModel) error {
	var wrong []catalog.FieldError
	if m.BaseURL != "" {
		if _, err := llm.CheckURL(m.BaseURL); err != nil {
			wrong = append(wrong, catalog.FieldError{Field: "baseUrl", Message: catalog.MessageOf(err)})
		}
	}
	if m.Enabled && m.BaseURL == "" {
		wrong = append(wrong, catalog.FieldError{Field: "baseUrl", Message: "must be set before it is switched on"})
	}
	if m.Enabled && m.Model == "" {
		wrong = append(wrong, catalog.FieldError{Field: "model", Message: "must be set before it is switched on"})
	}
	if m.ContextTokens < leastContext || m.ContextTokens > mostContext {
		wrong = append(wrong, catalog.FieldError{Field: "contextTokens", Message: "must be a whole number from 1024 to 1048576"})
	}
	if m.Seconds < leastSeconds || m.Seconds > mostSeconds {
		wrong = append(wrong, catalog.FieldError{Field: "seconds", Message: "must be a whole number from 1 to 600"})
	}
	return catalog.InvalidFields(wrong)
}

// TryLanguageModel asks the language model that c would make for its models and for a greeting, and changes nothing.
// Unavailable with a sentence when it does not answer.
func (e *Engine) TryLanguageModel(ctx context.Context, c catalog.LanguageModelChange) (catalog.LanguageModelTrial, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.LanguageModelTrial{}, err
	}
	m, key, err := e.languageModel(ctx)
	if err != nil {
		return catalog.LanguageModelTrial{}, err
	}
	if m, key, err = changed(m, key, c); err != nil {
		return catalog.LanguageModelTrial{}, err
	}
	client, err := llm.New(m.BaseURL, m.Model, key)
	if err != nil {
		return catalog.LanguageModelTrial{}, err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, m.Timeout())
	defer cancel()
	trial := catalog.LanguageModelTrial{Models: []string{}}
	models, err := client.Models(ctx)
	if err == nil {
		trial.Models = models
	} else if m.Model == "" {
		return trial, err
	}
	if m.Model == "" {
		return trial, nil
	}
	started := time.Now()
	trial.Reply, err = client.Chat(ctx, catalog.Prompt{System: "You are brief.", User: "Say hello in three words.", MaxTokens: 20}, nil)
	trial.TookMs = time.Since(started).Milliseconds()
	return trial, err
}

// write answers in the words of the language model that is set, and by quoted sentences when none is.
func (e *Engine) write(ctx context.Context, q catalog.Question, hits []catalog.Hit, told func(piece string) error) (catalog.Answer, error) {
	m, key, err := e.languageModel(ctx)
	if err != nil {
		return catalog.Answer{}, err
	}
	if !m.Enabled {
		return e.answerer.Answer(ctx, q.Text, hits)
	}
	client, err := llm.New(m.BaseURL, m.Model, key)
	if err != nil {
		return catalog.Answer{}, err
	}
	defer client.Close()
	instructions, err := e.instructions(ctx, q.AgentID)
	if err != nil {
		return catalog.Answer{}, err
	}
	w := answer.Writer{Chat: limited{client, m.Timeout()}, Name: m.Model, Tokens: m.ContextTokens, Instructions: instructions}
	return e.answerer.Write(ctx, q.Text, hits, w, told)
}

// instructions are those of an agent of the actor; the built-in one's by default.
func (e *Engine) instructions(ctx context.Context, agentID string) (string, error) {
	if agentID == "" {
		_, builtIn, err := e.builtInAgent(ctx)
		return builtIn.Instructions, err
	}
	agent, err := e.Agent(ctx, agentID)
	return agent.Instructions, err
}

// limited is a language model that is left when it takes too long.
type limited struct {
	*llm.Client
	timeout time.Duration
}

func (l limited) Chat(ctx context.Context, p catalog.Prompt, told func(piece string) error) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	return l.Client.Chat(ctx, p, told)
}
