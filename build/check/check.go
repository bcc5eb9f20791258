// Package check holds tests about the repository itself: who imports whom, what lies where, that the commands in the
// README work as printed, and that the real window opens, finds a document and ends cleanly.
package check
