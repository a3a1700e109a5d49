package fault

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// The limits of lists, and of texts in bytes beside those of the catalog.
const (
	LineMax   = 1_000
	LinesMax  = 50
	PartsMax  = 200
	TasksMax  = 1_000
	ScopeMax  = 2_000
	ItemsMax  = 500
	CommitMax = 200
	ReasonMax = 2_000
)

// shown bounds how many faults a refusal names.
const shown = 20

// List gathers what is wrong with an input, with the place of each.
type List struct{ errs.Faults }

// Err returns the first faults as one error, or the failure that is not the input's; nil if nothing is wrong.
func (f *List) Err() error { return f.Faults.Err(f.Counted(), shown) }

// Text adds what is wrong with a text: more bytes than the limit, or nothing where something is required.
func (f *List) Text(path, s string, limit int, required bool) {
	f.At(path, catalog.CheckText(path, s, limit, required))
}

// Key adds what is wrong with a key that people gave.
func (f *List) Key(path, s string) { f.At(path, id.CheckKey(path, s)) }

// Count reports whether a list has at most limit elements, and adds a fault if it has more.
func (f *List) Count(path string, n, limit int) bool {
	if n <= limit {
		return true
	}
	f.Say(path, "list.too_long", "At most %d fit here. There are %d.", limit, n)
	return false
}

// Lines adds what is wrong with a list of lines.
func (f *List) Lines(path string, lines []string) {
	if !f.Count(path, len(lines), LinesMax) {
		return
	}
	for i, l := range lines {
		f.Text(At(path, i), l, LineMax, true)
	}
}

// URL adds what is wrong with an address; none is nothing wrong.
func (f *List) URL(path, s string) {
	if s == "" {
		return
	}
	f.Text(path, s, 2_000, false)
	if u, err := url.Parse(s); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		f.Say(path, "url.malformed", "An address begins with https:// or http:// and names a host.")
	}
}

// Instant adds a fault for a date that lies beyond what is kept.
func (f *List) Instant(path string, t db.Time) {
	if t.IsZero() {
		return
	}
	if y := t.Std().Year(); y < 2000 || y > 2199 {
		f.Say(path, "instant.out_of_range", "The year is %d. Dates from 2000 to 2199 are kept.", y)
	}
}

// Person looks a person up by key or identifier; "" is nobody.
func (f *List) Person(tx *db.Tx, path, ref string) id.Person {
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

// Service looks a service up that the caller may see.
func (f *List) Service(tx *db.Tx, path, ref string) catalog.Service {
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

// Tracker checks the key of a scope item, which a tracker gave.
func (f *List) Tracker(path, key string) {
	switch {
	case key == "":
		f.Say(path, "key.missing", "A key is required, for example PAY-2188.")
	case len(key) > id.KeyMax:
		f.Say(path, "key.too_long", "A key has at most %d characters. This one has %d.", id.KeyMax, len(key))
	case !trackerKey.MatchString(key) || id.Is(key):
		f.Say(path, "key.malformed", "A key of a scope item has letters, digits and . _ : # / -, and starts with a letter or digit.")
	}
}

// Commit checks the name of a commit.
func (f *List) Commit(path, c string) {
	if !commitName.MatchString(c) {
		f.Say(path, "commit.malformed", "A commit is 7 to 64 hexadecimal digits in lower case.")
	}
}

// At returns the path of one element of a list.
func At(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// OneOf reports whether a word is one of those known.
func OneOf(value string, known []string) bool {
	for _, k := range known {
		if k == value {
			return true
		}
	}
	return false
}

// Or joins words as a sentence lists a choice.
func Or(words []string) string { return strings.Join(words, ", ") }

// Choice checks a word that may be absent.
func (f *List) Choice(path, word string, known []string) {
	if word != "" && !OneOf(word, known) {
		f.Say(path, "word.unknown", "%.60q is not known here. Known are %s.", word, Or(known))
	}
}

// Role checks the form of a role's key; roles are rows that may be made after what names them.
func (f *List) Role(path, key string) { f.Key(path, key) }

// Under places the faults of one element of a list.
func Under(path string, err error) error {
	e := errs.As(err)
	if err == nil || e.Code != errs.CodeInvalid {
		return err
	}
	c := *e
	c.Fields = slices.Clone(e.Fields)
	for i := range c.Fields {
		c.Fields[i].Name = path + "." + c.Fields[i].Name
	}
	return &c
}

// Seen remembers keys. The zero value has seen none.
type Seen map[string]bool

// Twice reports whether the key was seen before, and remembers it.
func (s *Seen) Twice(key string) bool {
	if *s == nil {
		*s = Seen{}
	}
	was := (*s)[key]
	(*s)[key] = true
	return was
}

// Once checks the key of an element of a list, in which it may stand once.
func (f *List) Once(path, key string, keys *Seen) {
	f.Key(path+".key", key)
	if keys.Twice(key) {
		f.Say(path+".key", "key.twice", "The key %.60q is there twice.", key)
	}
}
