package fault

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"slipway/internal/errs"
)

// List gathers faults. The zero value is empty.
type List struct{ errs.Faults }

// Take adds the fields of an errs.Invalid, or its message for the field named; any other error it returns.
func (l *List) Take(name string, err error) error {
	var e *errs.Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &e) || e.Code != errs.CodeInvalid:
		return err
	case len(e.Fields) == 0:
		l.Say(name, e.Reason, "%s", e.Msg)
	}
	l.Fields = append(l.Fields, e.Fields...)
	return nil
}

// Err returns nil if there is no fault, and else errs.Invalid with the first twenty.
func (l *List) Err() error { return l.Faults.Err("The input is not valid.", 20) }

// Text checks a text of at most limit bytes.
func (l *List) Text(name, s string, limit int, required bool) {
	_ = l.Take(name, Text(name, s, limit, required))
}

// Text fails with errs.Invalid unless s is valid UTF-8 without NUL of at most limit bytes and, where required, not blank.
func Text(name, s string, limit int, required bool) error {
	switch {
	case required && strings.TrimSpace(s) == "":
		return errs.InvalidField(name, "text.missing", "This must not be empty.")
	case len(s) > limit:
		return errs.InvalidField(name, "text.too_long", "At most %d bytes fit here. This text has %d.", limit, len(s))
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return errs.InvalidField(name, "text.malformed", "Text must be valid UTF-8 without NUL characters.")
	}
	return nil
}

// Choice checks a word that may be absent.
func (l *List) Choice(name, word string, known ...string) {
	if word != "" && !slices.Contains(known, word) {
		l.Say(name, "word.unknown", "%.60q is not known here. Known are %s.", word, strings.Join(known, ", "))
	}
}

// Number checks a whole number from 0 to limit.
func (l *List) Number(name string, n, limit int) {
	if n < 0 || n > limit {
		l.Say(name, "number.out_of_range", "A number from 0 to %d is needed here.", limit)
	}
}
