package digest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Change is one difference between two contents of a section.
type Change struct {
	Path   string `json:"path"` // services[payments-core].version; empty for the section itself
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	Kind   Kind   `json:"kind"`
}

// Kind is what happened at a path.
type Kind string

// The kinds of changes.
const (
	Added   Kind = "added"
	Removed Kind = "removed"
	Changed Kind = "changed"
	Moved   Kind = "moved" // the elements of a list are the same in another order
)

// MaxValue is the number of bytes of a value that a Change shows.
const MaxValue = 300

// Diff lists what changed from before to after, in the order of paths, at most limit changes; more is how many were left out. Elements of a list that are objects with
// a distinct key, id, name, service or step are matched by it; other lists by their place after a common beginning and end. Empty bytes stand for an absent section. It
// fails as Canonical does if one of the two is not JSON.
func Diff(before, after []byte, limit int) (changes []Change, more int, err error) {
	if bytes.Equal(before, after) {
		return nil, 0, nil
	}
	a, err := parseOrNull(before)
	if err != nil {
		return nil, 0, err
	}
	b, err := parseOrNull(after)
	if err != nil {
		return nil, 0, err
	}
	var out []Change
	switch {
	case len(before) == 0:
		out = []Change{{After: b.show(), Kind: Added}}
	case len(after) == 0:
		out = []Change{{Before: a.show(), Kind: Removed}}
	default:
		diff(&out, "", a, b)
	}
	if len(out) > limit {
		return out[:limit], len(out) - limit, nil
	}
	return out, 0, nil
}

func parseOrNull(raw []byte) (tree, error) {
	if len(raw) == 0 {
		raw = []byte("null")
	}
	return parse(raw)
}

func diff(out *[]Change, path string, a, b tree) {
	switch {
	case bytes.Equal(a.append(nil), b.append(nil)):
	case a.kind == '{' && b.kind == '{':
		diffObjects(out, path, a, b)
	case a.kind == '[' && b.kind == '[':
		if by := identity(a, b); by != "" {
			diffKeyed(out, path, by, a, b)
		} else {
			diffLists(out, path, a.list, b.list)
		}
	default:
		*out = append(*out, Change{path, a.show(), b.show(), Changed})
	}
}

func diffObjects(out *[]Change, path string, a, b tree) {
	i, j := 0, 0
	for i < len(a.members) || j < len(b.members) {
		var c int
		switch {
		case i == len(a.members):
			c = 1
		case j == len(b.members):
			c = -1
		default:
			c = compareKeys(a.members[i].key, b.members[j].key)
		}
		switch {
		case c < 0:
			*out = append(*out, Change{Path: join(path, a.members[i].key), Before: a.members[i].value.show(), Kind: Removed})
			i++
		case c > 0:
			*out = append(*out, Change{Path: join(path, b.members[j].key), After: b.members[j].value.show(), Kind: Added})
			j++
		default:
			diff(out, join(path, a.members[i].key), a.members[i].value, b.members[j].value)
			i, j = i+1, j+1
		}
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// identity returns the member by which both lists' elements are told apart, or "".
func identity(a, b tree) string {
	for _, by := range []string{"id", "key", "name", "service", "step"} {
		if distinct(a.list, by) && distinct(b.list, by) {
			return by
		}
	}
	return ""
}

func distinct(list []tree, by string) bool {
	seen := make(map[string]bool, len(list))
	for _, e := range list {
		v := e.member(by)
		if v == "" || seen[v] {
			return false
		}
		seen[v] = true
	}
	return true
}

func (t tree) member(key string) string {
	i, ok := slices.BinarySearchFunc(t.members, key, func(m member, k string) int { return compareKeys(m.key, k) })
	if !ok || t.members[i].value.kind != 's' {
		return ""
	}
	return t.members[i].value.show()
}

func diffKeyed(out *[]Change, path, by string, a, b tree) {
	var common []string
	old := map[string]tree{}
	for _, e := range a.list {
		old[e.member(by)] = e
	}
	now := map[string]bool{}
	for _, e := range b.list {
		now[e.member(by)] = true
	}
	for _, e := range a.list {
		k := e.member(by)
		if !now[k] {
			*out = append(*out, Change{Path: path + "[" + k + "]", Before: e.show(), Kind: Removed})
			continue
		}
		common = append(common, k)
	}
	n := 0
	moved := false
	for _, e := range b.list {
		k := e.member(by)
		before, was := old[k]
		if !was {
			*out = append(*out, Change{Path: path + "[" + k + "]", After: e.show(), Kind: Added})
			continue
		}
		moved = moved || common[n] != k
		n++
		diff(out, path+"["+k+"]", before, e)
	}
	if moved {
		order := func(l []tree) string {
			var s []string
			for _, e := range l {
				s = append(s, e.member(by))
			}
			return clip(strings.Join(s, ", "))
		}
		*out = append(*out, Change{path, order(a.list), order(b.list), Moved})
	}
}

func diffLists(out *[]Change, path string, a, b []tree) {
	same := func(x, y tree) bool { return bytes.Equal(x.append(nil), y.append(nil)) }
	from := 0
	for from < len(a) && from < len(b) && same(a[from], b[from]) {
		from++
	}
	tail := 0
	for tail < len(a)-from && tail < len(b)-from && same(a[len(a)-1-tail], b[len(b)-1-tail]) {
		tail++
	}
	x, y := a[from:len(a)-tail], b[from:len(b)-tail]
	for i := range max(len(x), len(y)) {
		at := path + "[" + strconv.Itoa(from+i) + "]"
		switch {
		case i >= len(y):
			*out = append(*out, Change{Path: at, Before: x[i].show(), Kind: Removed})
		case i >= len(x):
			*out = append(*out, Change{Path: at, After: y[i].show(), Kind: Added})
		default:
			diff(out, at, x[i], y[i])
		}
	}
}

// show writes a value for people: text without quotes, everything else as JSON, cut to MaxValue bytes.
func (t tree) show() string {
	text := string(t.append(nil))
	if t.kind == 's' && text[0] == '"' {
		var s string
		if json.Unmarshal(t.scalar, &s) == nil {
			text = cmp.Or(s, `""`)
		}
	}
	return clip(text)
}

func clip(s string) string {
	if len(s) <= MaxValue {
		return s
	}
	n := MaxValue
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
