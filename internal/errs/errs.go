package errs

import (
	"errors"
	"fmt"
	"net/http"
)

// Code is the class of a failure. It alone decides the HTTP status and the exit status of the command line.
type Code string

// The codes, from the caller's mistakes to ours.
const (
	CodeInvalid         Code = "invalid"         // 422: the input is wrong; Fields say where
	CodeUnauthenticated Code = "unauthenticated" // 401: nobody has signed in
	CodeForbidden       Code = "forbidden"       // 403: may be read but not done
	CodeNotFound        Code = "not_found"       // 404: does not exist for the caller
	CodeConflict        Code = "conflict"        // 409: somebody else was faster
	CodeBlocked         Code = "blocked"         // 409: a rule of the product says no, with its reasons
	CodeTooLarge        Code = "too_large"       // 413
	CodeThrottled       Code = "throttled"       // 429
	CodeUnavailable     Code = "unavailable"     // 503: try again later
	CodeInternal        Code = "internal"        // 500
)

var statuses = map[Code]int{
	CodeInvalid:         http.StatusUnprocessableEntity,
	CodeUnauthenticated: http.StatusUnauthorized,
	CodeForbidden:       http.StatusForbidden,
	CodeNotFound:        http.StatusNotFound,
	CodeConflict:        http.StatusConflict,
	CodeBlocked:         http.StatusConflict,
	CodeTooLarge:        http.StatusRequestEntityTooLarge,
	CodeThrottled:       http.StatusTooManyRequests,
	CodeUnavailable:     http.StatusServiceUnavailable,
	CodeInternal:        http.StatusInternalServerError,
}

// Status returns the HTTP status of a code; an unknown code is a 500.
func (c Code) Status() int {
	if s, ok := statuses[c]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// Field is one fault of an input: where it is and what to do about it.
type Field struct {
	Name   string `json:"field"`            // dotted path as the caller wrote it: "steps[3].needs"
	Reason string `json:"reason,omitempty"` // stable dotted word
	Msg    string `json:"message"`
	File   string `json:"file,omitempty"` // of a file input
	Line   int    `json:"line,omitempty"` // 1-based; 0 when the input has no lines
}

// Error is the one error type that crosses package borders.
type Error struct {
	Code   Code
	Reason string // stable dotted word, e.g. "gate.evidence_missing"
	Msg    string // a sentence that a person can act on
	Fields []Field
	Theirs any // of a Conflict: the row as it is now, for a page or client that shows both texts
	Err    error
}

func (e *Error) Error() string {
	s := e.Msg
	for _, f := range e.Fields {
		s += "; "
		if f.File != "" {
			s += f.File + ":"
		}
		if f.Line > 0 {
			s += fmt.Sprintf("%d: ", f.Line)
		} else if f.File != "" {
			s += " "
		}
		if f.Name != "" {
			s += f.Name + ": "
		}
		s += f.Msg
	}
	if e.Code == CodeInternal && e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// With returns a copy of the error with more faulty fields.
func (e *Error) With(fields ...Field) *Error {
	c := *e
	c.Fields = append(append([]Field(nil), e.Fields...), fields...)
	return &c
}

// Because returns a copy of the error that wraps its cause. The cause is for logs; no caller sees it.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

func build(c Code, reason, format string, args []any) *Error {
	msg := format
	if len(args) > 0 {
		msg = fmt.Sprintf(format, args...)
	}
	return &Error{Code: c, Reason: reason, Msg: msg}
}

// Invalid says that the input is wrong; name the place with With.
func Invalid(reason, format string, args ...any) *Error {
	return build(CodeInvalid, reason, format, args)
}

// InvalidField says that one field of the input is wrong.
func InvalidField(field, reason, format string, args ...any) *Error {
	e := build(CodeInvalid, reason, format, args)
	e.Fields = []Field{{Name: field, Reason: reason, Msg: e.Msg}}
	e.Msg = "The input is not valid."
	return e
}

// Unauthenticated says that nobody has signed in, or that the credential is not valid any more.
func Unauthenticated(reason, format string, args ...any) *Error {
	return build(CodeUnauthenticated, reason, format, args)
}

// Forbidden says that the caller may see the thing but may not do this to it.
func Forbidden(reason, format string, args ...any) *Error {
	return build(CodeForbidden, reason, format, args)
}

// NotFound says that the thing does not exist, or not for this caller.
func NotFound(reason, format string, args ...any) *Error {
	return build(CodeNotFound, reason, format, args)
}

// Conflict says that the row changed since the caller read it. theirs is the row as it is now.
func Conflict(reason string, theirs any, format string, args ...any) *Error {
	e := build(CodeConflict, reason, format, args)
	e.Theirs = theirs
	return e
}

// Blocked says that a rule of the product refuses; the message says what would change that.
func Blocked(reason, format string, args ...any) *Error {
	return build(CodeBlocked, reason, format, args)
}

// TooLarge says that the input exceeds a stated limit.
func TooLarge(reason, format string, args ...any) *Error {
	return build(CodeTooLarge, reason, format, args)
}

// Throttled says that the caller asked too often.
func Throttled(reason, format string, args ...any) *Error {
	return build(CodeThrottled, reason, format, args)
}

// Unavailable says that the same request may succeed later.
func Unavailable(reason, format string, args ...any) *Error {
	return build(CodeUnavailable, reason, format, args)
}

// Internal wraps a fault of ours. Its text reaches the log, never the caller.
func Internal(reason string, err error) *Error {
	return &Error{Code: CodeInternal, Reason: reason, Msg: "Slipway failed to do this. Nothing was changed.", Err: err}
}

// As returns the first Error in the chain of err; any other error becomes an Internal one, nil stays nil.
func As(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Internal("internal", err)
}

// CodeOf returns the code of err: "" for nil, CodeInternal for an error that is not of this package.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	return As(err).Code
}

// ReasonOf returns the stable reason of err: "" for nil.
func ReasonOf(err error) string {
	if err == nil {
		return ""
	}
	return As(err).Reason
}

// Is reports whether err carries the code.
func Is(err error, c Code) bool { return CodeOf(err) == c }
