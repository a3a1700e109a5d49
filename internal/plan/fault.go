package plan

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Limits of lists, and of texts in bytes beside those of the catalog.
const (
	lineMax   = 1_000
	linesMax  = 50
	partsMax  = 200
	tasksMax  = 1_000
	scopeMax  = 2_000
	itemsMax  = 500
	commitMax = 200
	reasonMax = 2_000
)

// faults gathers what is wrong with an input, with the place of each.
type faults struct {
	fields []errs.Field
	other  error // a failure that is not the input's
}

// say adds a fault at a dotted path.
func (f *faults) say(path, reason, format string, args ...any) {
	f.fields = append(f.fields, errs.Field{Name: path, Reason: reason, Msg: fmt.Sprintf(format, args...)})
}

// at adds what a check found, placed at the path.
func (f *faults) at(path string, err error) {
	if err == nil {
		return
	}
	e := errs.As(err)
	if e.Code != errs.CodeInvalid {
		if f.other == nil {
			f.other = err
		}
		return
	}
	msg, reason := e.Msg, e.Reason
	if len(e.Fields) > 0 {
		msg, reason = e.Fields[0].Msg, e.Fields[0].Reason
	}
	f.say(path, reason, "%s", msg)
}

// err returns the failure, or every fault as one error.
func (f *faults) err() error {
	switch {
	case f.other != nil:
		return f.other
	case len(f.fields) == 0:
		return nil
	case len(f.fields) == 1:
		return errs.Invalid("input.invalid", "The input has a fault.").With(f.fields...)
	}
	return errs.Invalid("input.invalid", "The input has %d faults.", len(f.fields)).With(f.fields[:min(len(f.fields), 20)]...)
}

func (f *faults) text(path, s string, limit int, required bool) {
	f.at(path, catalog.CheckText(path, s, limit, required))
}

func (f *faults) key(path, s string) { f.at(path, id.CheckKey(path, s)) }

func (f *faults) count(path string, n, limit int) bool {
	if n <= limit {
		return true
	}
	f.say(path, "list.too_long", "At most %d fit here. There are %d.", limit, n)
	return false
}

func (f *faults) lines(path string, lines []string) {
	if !f.count(path, len(lines), linesMax) {
		return
	}
	for i, l := range lines {
		f.text(at(path, i), l, lineMax, true)
	}
}

func (f *faults) url(path, s string) {
	if s == "" {
		return
	}
	f.text(path, s, 2_000, false)
	if u, err := url.Parse(s); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		f.say(path, "url.malformed", "An address begins with https:// or http:// and names a host.")
	}
}

func (f *faults) offset(path string, o Offset) {
	var x Offset
	if err := x.UnmarshalText([]byte(o)); err != nil {
		f.say(path, "offset.malformed", "A distance from the window's start has the form -2d, -4h, +30m or 0.")
	}
}

func (f *faults) instant(path string, t db.Time) {
	if t.IsZero() {
		return
	}
	if y := t.Std().Year(); y < 2000 || y > 2199 {
		f.say(path, "instant.out_of_range", "The year is %d. Dates from 2000 to 2199 are kept.", y)
	}
}

// person looks a person up.
func (f *faults) person(tx *db.Tx, path, ref string) id.Person {
	if ref == "" {
		return ""
	}
	p, err := auth.PersonByRef(tx, ref)
	if errs.Is(err, errs.CodeNotFound) {
		f.say(path, "owner.unknown", "There is no person %.60q. Give a person's key.", ref)
		return ""
	}
	f.at(path, err)
	return p.ID
}

// service looks a service up.
func (f *faults) service(tx *db.Tx, path, ref string) catalog.Service {
	s, err := catalog.ServiceByRef(tx, ref)
	if errs.Is(err, errs.CodeNotFound) {
		f.say(path, "service.unknown", "There is no service %.60q, or you may not see it.", ref)
		return s
	}
	f.at(path, err)
	return s
}

var (
	trackerKey = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:#/-]*$`)
	commitName = regexp.MustCompile(`^[0-9a-f]{7,64}$`)
)

// tracker checks the key of a scope item, which a tracker gave.
func (f *faults) tracker(path, key string) {
	switch {
	case key == "":
		f.say(path, "key.missing", "A key is required, for example PAY-2188.")
	case len(key) > id.KeyMax:
		f.say(path, "key.too_long", "A key has at most %d characters. This one has %d.", id.KeyMax, len(key))
	case !trackerKey.MatchString(key) || id.Is(key):
		f.say(path, "key.malformed", "A key of a scope item has letters, digits and . _ : # / -, and starts with a letter or digit.")
	}
}

func (f *faults) commit(path, c string) {
	if !commitName.MatchString(c) {
		f.say(path, "commit.malformed", "A commit is 7 to 64 hexadecimal digits in lower case.")
	}
}

func at(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

func oneOf(value string, known []string) bool {
	for _, k := range known {
		if k == value {
			return true
		}
	}
	return false
}

func or(words []string) string { return strings.Join(words, ", ") }
