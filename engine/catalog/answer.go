package catalog

// Question asks for an answer.
type Question struct {
	Scope
	Text    string `json:"query"`
	AgentID string `json:"agentId,omitempty"` // whose instructions a language model is given; empty: the built-in one
}

// Citation is where a quoted sentence stands. Quote equals the stored text of that page from Start to End.
type Citation struct {
	Number int    `json:"number"` // from 0, as in the response's 【n】
	Page   int    `json:"page"`
	Start  int    `json:"start"`
	End    int    `json:"end"`
	Quote  string `json:"quote"`
}

// CitedContent is a content with the place that was cited. The same content may be cited several times.
type CitedContent struct {
	Content
	State    HitState `json:"state"`
	Citation Citation `json:"citation"`
}

// Answer is what the documents say, or that they do not.
type Answer struct {
	Query                 string         `json:"query"`
	Response              string         `json:"response"` // cites with 【0】 【1】 … into CitedContent
	Answered              bool           `json:"answered"` // false when the documents do not hold an answer
	Mode                  string         `json:"mode"`     // "extractive" or the model's name
	AnalyzedDocumentCount int            `json:"analyzedDocumentCount"`
	CitedContent          []CitedContent `json:"citedContent"`
	Nearest               []Hit          `json:"nearest"` // the closest passages, most relevant first
	// Sentences are those of Response with what supports them, where a language model wrote it.
	Sentences []AnsweredSentence `json:"sentences,omitempty"`
	TookMs    float64            `json:"tookMs"`
	Warnings  []string           `json:"warnings,omitempty"`
}
