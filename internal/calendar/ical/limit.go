package ical

import (
	"fmt"

	"slipway/internal/errs"
)

// Limits of what Read accepts.
const (
	MaxBytes      = 8 << 20
	MaxLine       = 256 << 10 // bytes of one line, unfolded
	MaxLines      = 400_000
	MaxDepth      = 4
	MaxProperties = 2_000 // of one component
	MaxParameters = 32    // of one property
	MaxEvents     = 20_000
	MaxDates      = 2_000 // EXDATE and RDATE of one event
	MaxZones      = 200
	MaxNotes      = 100 // that are kept; the rest is counted
)

// Note says what of a text was left out, and where.
type Note struct {
	Line   int    `json:"line,omitempty"`
	Reason string `json:"reason"`
	Msg    string `json:"message"`
}

// refuse is the refusal of a whole text at a line.
func refuse(line int, reason, format string, args ...any) error {
	msg := fmt.Sprintf("Line %d: %s", line, fmt.Sprintf(format, args...))
	return errs.Invalid(reason, "%s", msg).With(errs.Field{Name: "text", Reason: reason, Msg: msg, Line: line})
}

// fault is why one event is left out.
type fault struct {
	line   int
	reason string
	msg    string
}

func (f *fault) Error() string { return f.msg }

func wrong(line int, reason, format string, args ...any) *fault {
	return &fault{line, reason, fmt.Sprintf(format, args...)}
}
