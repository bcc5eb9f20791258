// Package catalog holds the nouns of Sheaf: workspaces, contents, folders, documents, passages, hits and answers,
// together with the ids, error codes, actors, roles and pure rules over them.
//
// It is the leaf of the import graph: standard library only, no I/O, no goroutines. Everything that two packages must
// agree on is said here once, so that neither has to import the other.
//
// Two conventions hold throughout. Offsets into text count Unicode code points, half open, from 0; pages count from 1.
// Times are UTC with whole seconds unless a name says otherwise.
package catalog
