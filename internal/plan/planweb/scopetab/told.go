package scopetab

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
)

// toldMax bounds the lines of one difference on a page.
const toldMax = 20

// told writes a recorded change as lines that people read: what was, struck out, and what is.
func told(l frame.Look, c plan.Change) ([]uiverdict.DiffPart, error) {
	before, err := lines(l, c.Section, c.Before)
	if err != nil {
		return nil, err
	}
	after, err := lines(l, c.Section, c.After)
	if err != nil {
		return nil, err
	}
	d := uiverdict.DiffPart{Section: c.Section}
	for _, s := range before {
		if !slices.Contains(after, s) {
			d.Del = append(d.Del, s)
		}
	}
	for _, s := range after {
		if !slices.Contains(before, s) {
			d.Ins = append(d.Ins, s)
		}
	}
	d.Del, d.Ins = shortened(d.Del), shortened(d.Ins)
	return []uiverdict.DiffPart{d}, nil
}

func shortened(lines []string) []string {
	if len(lines) <= toldMax {
		return lines
	}
	return append(lines[:toldMax:toldMax], fmt.Sprintf("and %d more", len(lines)-toldMax))
}

// lines writes one side of a difference, one thing a line.
func lines(l frame.Look, section string, doc db.JSON) ([]string, error) {
	if doc == nil {
		return nil, nil
	}
	switch section {
	case plan.SectionManifest:
		return each(doc, func(m plan.ManifestContent) string {
			s := m.Service + " " + m.Version
			if m.Digest != "" {
				s += " " + ui.Digest(m.Digest)
			}
			if m.Commit != "" {
				s += " " + m.Commit
			}
			return s
		})
	case plan.SectionScope:
		return each(doc, func(i plan.ScopeContent) string {
			s := i.Key + " " + i.Title + ", " + i.Kind
			if i.Service != "" {
				s += " in " + i.Service
			}
			return s
		})
	case plan.SectionWindow:
		var w plan.WindowContent
		if err := json.Unmarshal(doc, &w); err != nil {
			return nil, err
		}
		return []string{l.Period(plan.Window{Start: w.Start, End: w.End}), "environments: " + strings.Join(w.Environments, ", ")}, nil
	}
	var v map[string]any
	if err := json.Unmarshal(doc, &v); err != nil {
		return nil, err
	}
	var out []string
	for _, k := range slices.Sorted(maps.Keys(v)) {
		out = append(out, plain(l, spoken(k), v[k])...)
	}
	return out, nil
}

func each[T any](doc db.JSON, line func(T) string) ([]string, error) {
	var list []T
	if err := json.Unmarshal(doc, &list); err != nil {
		return nil, err
	}
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = line(x)
	}
	return out, nil
}

// plain writes any value under a name; a list has a line for each of its members.
func plain(l frame.Look, name string, v any) []string {
	switch x := v.(type) {
	case nil:
		return nil
	case []any:
		var out []string
		for _, m := range x {
			out = append(out, plain(l, name, m)...)
		}
		return out
	case map[string]any:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(x)) {
			if k != "key" && k != "owner" { // people stand by identifier in the record
				parts = append(parts, spoken(k)+" "+value(l, x[k]))
			}
		}
		head := name
		if key, ok := x["key"].(string); ok {
			head += " " + key
		}
		return []string{head + ": " + strings.Join(parts, ", ")}
	}
	if s := value(l, v); s != "" {
		return []string{name + ": " + s}
	}
	return nil
}

func value(l frame.Look, v any) string {
	switch x := v.(type) {
	case string:
		if t, err := time.Parse(time.RFC3339Nano, x); err == nil {
			return ui.Instant(t, l.Now, l.Zone)
		}
		return x
	case []any:
		parts := make([]string, len(x))
		for i, m := range x {
			parts[i] = value(l, m)
		}
		return strings.Join(parts, "; ")
	case nil:
		return "none"
	}
	return fmt.Sprint(v)
}

// spoken writes a member's name as words: successCriteria is "success criteria".
func spoken(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// matches reports whether every word of the query is in the text, in any case.
func matches(query, text string) bool {
	text = strings.ToLower(text)
	for _, w := range strings.Fields(strings.ToLower(query)) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
