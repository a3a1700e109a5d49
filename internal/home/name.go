package home

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Named adds to entries the names of what they are about, as pages show them. It costs a statement for each release and one
// for all people.
func Named(tx *db.Tx, es []Entry) error {
	releases := map[id.Release]plan.Release{}
	var people []id.Person
	for _, e := range es {
		for _, r := range []id.Release{e.Release, about[id.Release](e, "release")} {
			if r == "" {
				continue
			}
			if _, known := releases[r]; known {
				continue
			}
			rel, err := plan.ReleaseByID(tx, r)
			if err != nil && !errs.Is(err, errs.CodeNotFound) {
				return err
			}
			releases[r] = rel
		}
		if p := about[id.Person](e, "person"); p != "" && !slices.Contains(people, p) {
			people = append(people, p)
		}
	}
	who, err := auth.PeopleByID(tx, people...)
	if err != nil {
		return err
	}
	for i := range es {
		e := &es[i]
		e.ReleaseName, e.ReleaseKey = releases[e.Release].Name, releases[e.Release].Key
		e.Name = releases[about[id.Release](*e, "release")].Name
		if p := about[id.Person](*e, "person"); p != "" {
			e.Name = who[p].Name
		}
	}
	return nil
}

func about[T ~string](e Entry, kind string) T {
	if e.Subject.Kind == kind {
		return T(e.Subject.ID)
	}
	return ""
}

// Difference is one value that an entry changed. Before or After is "" where it is not there.
type Difference struct{ Path, Before, After string }

// quiet are members that change with every edit and tell nothing.
var quiet = []string{"rev", "changedAt", "changedBy", "statusAt", "stateAt", "stateBy"}

// Differences returns what an entry changed, value by value, by path. Payloads say it as before and after, at the top, in
// members or in a list of sections, or as a member beside another one that ends in Before.
func (e Entry) Differences() []Difference {
	var p map[string]json.RawMessage
	if json.Unmarshal(e.Payload, &p) != nil {
		return nil
	}
	before, after := p["before"], p["after"]
	if before != nil && after == nil {
		after = same(p, before)
	}
	if before == nil && after == nil {
		before, after = paired(p)
	}
	out := between("", before, after)
	for _, member := range slices.Sorted(maps.Keys(p)) {
		var one changed
		var many []changed
		switch {
		case member == "before" || member == "after":
		case json.Unmarshal(p[member], &one) == nil && one.whole():
			out = append(out, between(member, one.Before, one.After)...)
		case json.Unmarshal(p[member], &many) == nil:
			for _, c := range many {
				if c.whole() {
					out = append(out, between(c.Section, c.Before, c.After)...)
				}
			}
		}
	}
	return out
}

// changed is a part of a payload that says what was before and is after.
type changed struct {
	Section       string
	Before, After json.RawMessage
}

func (c changed) whole() bool { return c.Before != nil || c.After != nil }

// between returns the values that differ, their paths behind a prefix.
func between(prefix string, before, after json.RawMessage) []Difference {
	var out []Difference
	for _, d := range (plan.Change{Before: db.JSON(before), After: db.JSON(after)}).Differences() {
		if !slices.Contains(quiet, d.Path) {
			out = append(out, Difference{strings.Trim(prefix+"."+d.Path, "."), d.Before, d.After})
		}
	}
	return out
}

// same returns the members of a payload that before has too.
func same(p map[string]json.RawMessage, before json.RawMessage) json.RawMessage {
	var b map[string]json.RawMessage
	if json.Unmarshal(before, &b) != nil {
		return nil
	}
	now := map[string]json.RawMessage{}
	for k := range b {
		if v, ok := p[k]; ok {
			now[k] = v
		}
	}
	raw, _ := json.Marshal(now) // of raw messages that were read: cannot fail
	return raw
}

// paired returns the members that stand beside one of their name and Before.
func paired(p map[string]json.RawMessage) (before, after json.RawMessage) {
	b, a := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	for k, v := range p {
		if was, ok := p[k+"Before"]; ok {
			b[k], a[k] = was, v
		}
	}
	if len(b) == 0 {
		return nil, nil
	}
	before, _ = json.Marshal(b)
	after, _ = json.Marshal(a)
	return before, after
}

// Values returns what the payload of an entry says beside what it changed, flat and by path.
func (e Entry) Values() []Difference {
	var p map[string]json.RawMessage
	if json.Unmarshal(e.Payload, &p) != nil {
		return nil
	}
	for member, raw := range p {
		var one changed
		var many []changed
		list := json.Unmarshal(raw, &many) == nil && slices.ContainsFunc(many, changed.whole)
		if member == "before" || member == "after" || list || json.Unmarshal(raw, &one) == nil && one.whole() {
			delete(p, member)
		}
	}
	raw, _ := json.Marshal(p) // of raw messages that were read: cannot fail
	return slices.DeleteFunc(between("", nil, raw), func(d Difference) bool { return d.After == "" })
}
