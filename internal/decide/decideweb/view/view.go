package view

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/decide"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
)

// Look is for whom a page is drawn, and when.
type Look struct {
	reader.Reader
	Who reader.Who
}

// Of returns for whom the transaction acts, and its instant.
func Of(tx *db.Tx) Look { return Look{reader.In(tx), reader.Nobody("Slipway")} }

// Near writes an instant as a person says it: today without its date.
func (l Look) Near(t db.Time) string {
	if t.IsZero() {
		return ""
	}
	return strings.TrimPrefix(ui.Near(t.Std(), l.Now, l.Zone), "Today ")
}

// Period writes a window in the viewer's zone, or that there is none.
func (l Look) Period(w plan.Window) string {
	if w.IsZero() {
		return "No window yet"
	}
	return l.Between(w.Start, w.End)
}

var identifier = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// named puts names into a text that holds identifiers of people.
func (l Look) named(s string) string {
	return identifier.ReplaceAllStringFunc(s, func(x string) string { return cmp.Or(l.Who.Name(id.Person(x)), x) })
}

// At returns the address of a release or of something below it.
func At(r plan.Release, below ...string) string {
	s := "/releases/" + url.PathEscape(r.Key)
	for _, b := range below {
		s += "/" + url.PathEscape(b)
	}
	return s
}

// ApproveURL returns the address at which a role of a release is signed for.
func ApproveURL(r plan.Release, role string) string {
	return At(r, "approve") + "?" + url.Values{"role": {role}}.Encode()
}

// Lower begins a sentence inside another one.
func Lower(s string) string {
	// What begins with two capitals is no word of a sentence: GO, NO-GO, PAY-2291.
	if len(s) < 2 || s[1] < 'a' && s[1] != ' ' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// Readable reads a release that the viewer may see the approvals of.
func Readable(tx *db.Tx, ref string) (plan.Release, error) {
	r, err := plan.ReleaseByRef(tx, ref)
	if err != nil {
		return r, err
	}
	return r, auth.CheckSeen(tx, "approval.read", plan.Scope(r), "release")
}

// Word returns the shape and the word of a verdict.
func Word(w gate.Word) (ui.State, string) {
	switch w {
	case gate.Go:
		return ui.Go, "GO"
	case gate.NoGo:
		return ui.NoGo, "NO-GO"
	}
	return ui.Wait, "PENDING"
}

// LearnDiffs looks up everybody whom differences name.
func (l Look) LearnDiffs(tx *db.Tx, list []decide.Difference) error {
	var ids []id.Person
	for _, d := range list {
		for _, c := range d.By {
			ids = append(ids, c.Person)
		}
		for _, c := range d.Changes {
			for _, x := range identifier.FindAllString(c.Before+" "+c.After, -1) {
				ids = append(ids, id.Person(x))
			}
		}
	}
	return l.Who.Learn(tx, ids...)
}

// Parts draws differences: a heading per place, what was and what is.
func (l Look) Parts(list []decide.Difference) []uiverdict.DiffPart {
	var out []uiverdict.DiffPart
	for _, d := range list {
		for _, c := range d.Changes {
			p := uiverdict.DiffPart{Section: heading(d.Section, c.Path, string(c.Kind))}
			if c.Before != "" {
				p.Del = []string{l.value(span(c.Before))}
			}
			if c.After != "" {
				p.Ins = []string{l.value(span(c.After))}
			}
			out = append(out, p)
		}
		if d.More > 0 {
			out = append(out, uiverdict.DiffPart{Section: d.Section + ": " + ui.Plural(d.More, "further difference", "further differences")})
		}
	}
	return out
}

// place is a part of a path: a member, or the name of an element in brackets.
var place = regexp.MustCompile(`\[([^\]]*)\]|([^.\[\]]+)`)

// span writes a length of time of the content, which is kept in nanoseconds, as people say it. Nothing else in the content
// is a whole number of that size.
func span(s string) string {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < int64(time.Second) || n%int64(time.Millisecond) != 0 {
		return s
	}
	return ui.Duration(time.Duration(n))
}

// heading puts the place of a change into words: "manifest, payments-core, version".
func heading(section, path, kind string) string {
	words := []string{section}
	for _, m := range place.FindAllStringSubmatch(path, -1) {
		w := m[1] + m[2]
		_, nth := strconv.Atoi(w)
		if w != "" && w != "steps" && w != words[len(words)-1] && nth != nil {
			words = append(words, w)
		}
	}
	s := strings.Join(words, ", ")
	if kind == "moved" {
		s += ", in another order"
	}
	return s
}

// value writes a value of the content for people: instants in the viewer's zone, objects as their members, people by name.
func (l Look) value(s string) string {
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return ui.Instant(t, l.Now, l.Zone)
	}
	if strings.HasPrefix(s, "{") {
		var m map[string]any
		if json.Unmarshal([]byte(s), &m) == nil {
			return l.named(members(m))
		}
	}
	return l.named(s)
}

func members(m map[string]any) string {
	var out []string
	for _, k := range slices.Sorted(keys(m)) {
		switch v := m[k].(type) {
		case map[string]any, []any:
			b, _ := json.Marshal(v) // what was decoded can be encoded
			out = append(out, k+" "+string(b))
		default:
			out = append(out, fmt.Sprintf("%s %v", k, v))
		}
	}
	return strings.Join(out, ", ")
}

func keys(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// Last returns the newest change of differences, and whether one is known.
func Last(list []decide.Difference) (decide.Change, bool) {
	var out decide.Change
	for _, d := range list {
		for _, c := range d.By {
			if c.At >= out.At {
				out = c
			}
		}
	}
	return out, !out.At.IsZero()
}

// Table is the content of a section as rows.
type Table struct {
	Heads []string
	Rows  [][]string
}

// Table lays out the canonical JSON of a section: a list of flat objects as a table of its own, everything
// else as places and values.
func (l Look) Table(canonical []byte) Table {
	var v any
	d := json.NewDecoder(strings.NewReader(string(canonical)))
	d.UseNumber()
	if len(canonical) == 0 || d.Decode(&v) != nil {
		return Table{}
	}
	if list, ok := v.([]any); ok {
		if t, ok := l.flat(list); ok {
			return t
		}
	}
	t := Table{Heads: []string{"What", "Content"}}
	l.walk(&t, "", v)
	return t
}

func (l Look) flat(list []any) (Table, bool) {
	seen := map[string]any{}
	for _, e := range list {
		m, ok := e.(map[string]any)
		if !ok {
			return Table{}, false
		}
		for k, v := range m {
			switch v.(type) {
			case map[string]any, []any:
				return Table{}, false
			}
			seen[k] = true
		}
	}
	if len(seen) > 6 || len(seen) == 0 {
		return Table{}, false
	}
	order := []string{"key", "service", "name", "title", "version"}
	heads := slices.SortedFunc(keys(seen), func(a, b string) int {
		x, y := slices.Index(order, a), slices.Index(order, b)
		switch {
		case x < 0 && y < 0:
			return strings.Compare(a, b)
		case x < 0:
			return 1
		case y < 0:
			return -1
		}
		return x - y
	})
	t := Table{Heads: heads}
	for _, e := range list {
		m, _ := e.(map[string]any)
		row := make([]string, len(heads))
		for i, h := range heads {
			if v, ok := m[h]; ok && v != nil {
				row[i] = l.value(fmt.Sprint(v))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t, true
}

func (l Look) walk(t *Table, path string, v any) {
	join := func(k string) string {
		if path == "" {
			return k
		}
		return path + ", " + k
	}
	switch x := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(keys(x)) {
			l.walk(t, join(k), x[k])
		}
	case []any:
		for i, e := range x {
			name := fmt.Sprint(i + 1)
			if m, ok := e.(map[string]any); ok {
				for _, by := range []string{"key", "name", "id", "step", "service"} {
					if s, ok := m[by].(string); ok && s != "" {
						name = s
						break
					}
				}
			}
			l.walk(t, join(name), e)
		}
	case nil:
	default:
		if s := fmt.Sprint(x); s != "" {
			t.Rows = append(t.Rows, []string{path, l.value(s)})
		}
	}
}

// Zone returns the viewer's zone, UTC for nobody.
func Zone(r *http.Request) *time.Location {
	if v, ok := auth.Viewer(r.Context()); ok {
		return v.Zone()
	}
	return time.UTC
}
