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

// faultsShown bounds how many faults a refusal names.
const faultsShown = 20

// faults gathers what is wrong with an input, with the place of each.
type faults struct{ errs.Faults }

func (f *faults) err() error { return f.Err(f.Counted(), faultsShown) }

func (f *faults) text(path, s string, limit int, required bool) {
	f.At(path, catalog.CheckText(path, s, limit, required))
}

func (f *faults) key(path, s string) { f.At(path, id.CheckKey(path, s)) }

func (f *faults) count(path string, n, limit int) bool {
	if n <= limit {
		return true
	}
	f.Say(path, "list.too_long", "At most %d fit here. There are %d.", limit, n)
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
		f.Say(path, "url.malformed", "An address begins with https:// or http:// and names a host.")
	}
}

func (f *faults) offset(path string, o Offset) {
	var x Offset
	if err := x.UnmarshalText([]byte(o)); err != nil {
		f.Say(path, "offset.malformed", "A distance from the window's start has the form -2d, -4h, +30m or 0.")
	}
}

func (f *faults) instant(path string, t db.Time) {
	if t.IsZero() {
		return
	}
	if y := t.Std().Year(); y < 2000 || y > 2199 {
		f.Say(path, "instant.out_of_range", "The year is %d. Dates from 2000 to 2199 are kept.", y)
	}
}

// person looks a person up.
func (f *faults) person(tx *db.Tx, path, ref string) id.Person {
	if ref == "" {
		return ""
	}
	p, err := auth.PersonByRef(tx, ref)
	if errs.Is(err, errs.CodeNotFound) {
		f.Say(path, "owner.unknown", "There is no person %.60q. Give a person's key.", ref)
		return ""
	}
	f.At(path, err)
	return p.ID
}

// service looks a service up.
func (f *faults) service(tx *db.Tx, path, ref string) catalog.Service {
	s, err := catalog.ServiceByRef(tx, ref)
	if errs.Is(err, errs.CodeNotFound) {
		f.Say(path, "service.unknown", "There is no service %.60q, or you may not see it.", ref)
		return s
	}
	f.At(path, err)
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
		f.Say(path, "key.missing", "A key is required, for example PAY-2188.")
	case len(key) > id.KeyMax:
		f.Say(path, "key.too_long", "A key has at most %d characters. This one has %d.", id.KeyMax, len(key))
	case !trackerKey.MatchString(key) || id.Is(key):
		f.Say(path, "key.malformed", "A key of a scope item has letters, digits and . _ : # / -, and starts with a letter or digit.")
	}
}

func (f *faults) commit(path, c string) {
	if !commitName.MatchString(c) {
		f.Say(path, "commit.malformed", "A commit is 7 to 64 hexadecimal digits in lower case.")
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
