// Package classify finds out what a document is and what it states, without a model: its category, the values of the
// category's fields, and which other documents are nearly the same.
//
// Categories are learned from those that people gave (kind.go, memory.go). A category's own name, description and field
// keys count as one example of it, so there is something to go by before anybody has given one. A lexicon of words that
// mean the same in several languages (lexicon.go) lets few examples go far. Whatever is not sure enough is left alone.
//
// Values are read by rules (fields.go): a field's key names what it wants, a label in the text says what stands beside
// it, and the type says what can stand there. Each value has its place, whose text is exactly what was read, and a
// confidence that is the share of right ones among those that were read the same way.
//
// Everything but Memory is pure and deterministic. The package owns no goroutine.
package classify
