package strict

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"slipway/internal/errs"
)

// The reasons of this package's faults. They are stable words for machines.
const (
	ReasonInvalid   = "input.invalid"          // of the whole error
	ReasonSyntax    = "input.syntax"           // not YAML, not JSON
	ReasonUnknown   = "input.unknown_field"    // with the nearest known name
	ReasonDuplicate = "input.duplicate_key"    // with the line of the first
	ReasonType      = "input.wrong_type"       // a list where a text belongs
	ReasonValue     = "input.bad_value"        // the right type, but not a value of it
	ReasonMissing   = "input.no_value"         // a name with nothing behind it
	ReasonForbidden = "input.forbidden_syntax" // anchor, alias, merge key, tag
	ReasonEncoding  = "input.encoding"         // NUL or invalid UTF-8
	ReasonDepth     = "input.too_deep"         // nesting beyond the limit
	ReasonSize      = "input.too_large"        // bytes beyond the limit
	ReasonEmpty     = "input.empty"            // nothing to read
	ReasonTrailing  = "input.trailing_data"    // more behind the value, or a second document
)

type faults struct {
	file string
	max  int
	list []errs.Field
	more int
}

func (f *faults) add(line int, name, reason, format string, args ...any) {
	if len(f.list) >= f.max {
		f.more++
		return
	}
	f.list = append(f.list, errs.Field{Name: name, Reason: reason, Msg: fmt.Sprintf(format, args...), File: f.file, Line: line})
}

func (f *faults) err() error {
	if len(f.list) == 0 {
		return nil
	}
	return invalid(f.list, f.more)
}

func invalid(list []errs.Field, more int) error {
	slices.SortStableFunc(list, func(a, b errs.Field) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
	what := "The input"
	if file := list[0].File; file != "" && list[len(list)-1].File == file {
		what = file
	}
	n := len(list) + more
	var e *errs.Error
	switch {
	case n == 1:
		e = errs.Invalid(ReasonInvalid, "%s has a fault.", what)
	case more > 0:
		e = errs.Invalid(ReasonInvalid, "%s has %d faults, of which the first %d are listed.", what, n, len(list))
	default:
		e = errs.Invalid(ReasonInvalid, "%s has %d faults.", what, n)
	}
	return e.With(list...)
}

// Join merges the faults of several inputs, or of several readings of one, into one error, in the order of files and
// lines, 20 at most. Nils are left out; the result is nil if nothing remains. An error that is not an invalid input with
// fields is returned as it is, before all others.
func Join(list ...error) error {
	var fields []errs.Field
	for _, err := range list {
		if err == nil {
			continue
		}
		var e *errs.Error
		if !errors.As(err, &e) || e.Code != errs.CodeInvalid || len(e.Fields) == 0 {
			return err
		}
		fields = append(fields, e.Fields...)
	}
	if len(fields) == 0 {
		return nil
	}
	more := max(0, len(fields)-defaultFaults)
	return invalid(fields[:len(fields)-more], more)
}

// place is where the decoder is. It is rendered only for a fault.
type place struct {
	up   *place
	name string
	at   int
}

func (p *place) field(name string) *place { return &place{up: p, name: name} }
func (p *place) index(i int) *place       { return &place{up: p, at: i} }

func (p *place) String() string {
	if p == nil {
		return ""
	}
	up := p.up.String()
	switch {
	case p.name == "":
		return up + "[" + strconv.Itoa(p.at) + "]"
	case up == "":
		return clip(p.name)
	}
	return up + "." + clip(p.name)
}

func clip(s string) string {
	if len(s) <= shown {
		return s
	}
	return strings.ToValidUTF8(s[:shown], "") + "…"
}
