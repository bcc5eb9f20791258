package catalog

import (
	"errors"
	"fmt"
)

// Code classifies an error for whoever must act on it. Every edge (HTTP family, command line) maps codes to its own
// statuses in one table; nothing ever matches an error by its text.
type Code string

// The codes. An error without one is Internal.
const (
	Invalid         Code = "invalid"         // the input is wrong; Fields says where
	Unauthenticated Code = "unauthenticated" // no actor, or a token that is unknown, expired or revoked
	Denied          Code = "denied"          // the actor is known and may not do this
	NotFound        Code = "not_found"       // no such thing, or none that the actor may know of
	Gone            Code = "gone"            // it was there and has ended, for good
	Conflict        Code = "conflict"        // the present state forbids it: a duplicate, an archived workspace, a busy directory
	TooLarge        Code = "too_large"       // over a documented limit
	NeedsConsent    Code = "needs_consent"   // allowed, but only after the person has said yes (a whole home directory, a bulk deletion)
	Limited         Code = "limited"         // too many requests from one caller; later works
	Unavailable     Code = "unavailable"     // cannot be done now: offline root, missing model, busy; trying later may help
	Unsupported     Code = "unsupported"     // this file or request can never work: encrypted, malformed, unknown format
	Locked          Code = "locked"          // this file needs a password, and none that was given opens it
	Corrupt         Code = "corrupt"         // stored data failed a check; nothing was changed
	Internal        Code = "internal"        // ours to fix
)

// FieldError names one violation in the input.
type FieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Error is a failure that a person may read: Message is one sentence that says what, where and what to do.
// Err, when set, is for logs only and never crosses an edge.
type Error struct {
	Code    Code
	Message string
	Fields  []FieldError
	Err     error
}

func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error with a formatted sentence and nothing beneath it.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// WrapError gives err a code and a sentence for people, keeping err itself for logs. It returns nil for a nil err.
func WrapError(code Code, message string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Code: code, Message: message, Err: err}
}

// CodeOf returns the code of the outermost Error in err's chain, or Internal. The code of nil is "".
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// MessageOf returns the sentence meant for people: the message of the outermost Error, or a plain one for an internal
// failure, so that no internal text reaches a client.
func MessageOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Message
	}
	return "Something failed inside Sheaf. The log has the details."
}
