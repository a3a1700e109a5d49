package apiweb

import (
	"slices"
	"strconv"
	"strings"

	"slipway/internal/platform/api"
)

// group is the operations of one noun.
type group struct {
	Tag string
	Ops []api.Described
}

// groups sorts operations by noun; the order inside a noun is that of registration.
func groups(list []api.Described) []group {
	var out []group
	for _, d := range list {
		i := slices.IndexFunc(out, func(g group) bool { return g.Tag == d.Tag })
		if i < 0 {
			out = append(out, group{Tag: d.Tag})
			i = len(out) - 1
		}
		out[i].Ops = append(out[i].Ops, d)
	}
	slices.SortStableFunc(out, func(a, b group) int { return strings.Compare(a.Tag, b.Tag) })
	return out
}

func permission(op api.Op) string {
	if op.Permission == api.Public {
		return "Open to everyone."
	}
	return "Needs " + op.Permission + "."
}

func need(m api.Member) string {
	if m.Required {
		return "required"
	}
	return ""
}

func place(m api.Member) string {
	if m.In == "" {
		return m.Type
	}
	return m.In + ", " + m.Type
}

func count(n int) string {
	if n == 1 {
		return "1 operation"
	}
	return strconv.Itoa(n) + " operations"
}

// id is the group's anchor: a noun may have several words.
func (g group) id() string { return "tag-" + strings.ReplaceAll(g.Tag, " ", "-") }
