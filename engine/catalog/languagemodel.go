package catalog

import "time"

// LanguageModel says which language model writes answers: any service that speaks OpenAI's chat completions, a local one
// (llama.cpp, Ollama, LM Studio) or a hosted one. Without one, answers are made of quoted sentences alone.
type LanguageModel struct {
	Enabled       bool   `json:"enabled"`
	BaseURL       string `json:"baseUrl"`       // up to and with /v1
	Model         string `json:"model"`         // as the service names it
	HasKey        bool   `json:"hasKey"`        // a key is kept; it is never shown
	ContextTokens int    `json:"contextTokens"` // what the model can hold, question, passages and answer together
	Seconds       int    `json:"seconds"`       // after which quoted sentences answer instead
	Local         bool   `json:"local"`         // BaseURL is this machine: no text leaves it
}

// LanguageModelChange is a partial update: nil leaves a field as it is. An empty Key removes it.
type LanguageModelChange struct {
	Enabled       *bool   `json:"enabled,omitempty"`
	BaseURL       *string `json:"baseUrl,omitempty"`
	Model         *string `json:"model,omitempty"`
	Key           *string `json:"key,omitempty"`
	ContextTokens *int    `json:"contextTokens,omitempty"`
	Seconds       *int    `json:"seconds,omitempty"`
}

// LanguageModelTrial is what trying a language model out has shown.
type LanguageModelTrial struct {
	Models []string `json:"models"` // that the service offers; empty when it does not tell
	Reply  string   `json:"reply"`  // to a short greeting
	TookMs int64    `json:"tookMs"`
}

// Timeout is how long an answer may take.
func (m LanguageModel) Timeout() time.Duration { return time.Duration(m.Seconds) * time.Second }

// Prompt is what a language model is asked.
type Prompt struct {
	System    string // the rules and who it is to be
	User      string // the material and the question
	MaxTokens int    // of its reply
}

// AnsweredSentence is a sentence that a language model wrote, with what was found of it in the documents.
type AnsweredSentence struct {
	Text      string `json:"text"`
	Citations []int  `json:"citations"` // numbers of CitedContent that support it
	Supported bool   `json:"supported"` // its words and numbers stand in what it cites
}
