package scope

import (
	"fmt"
	"slices"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/item"
	"slipway/internal/platform/db"
)

// weigh returns what steps would do to the scope as it is. It fails with errs.Invalid for faulty steps and errs.Conflict for
// those that do not fit.
func (c *Changes) weigh(tx *db.Tx, r plan.Release, steps []plan.ScopeStep) (Impact, error) {
	var out Impact
	before, err := plan.ScopeItems(tx, r)
	if err != nil {
		return out, err
	}
	after, lines, err := taken(tx, r, before, steps)
	if err != nil {
		return out, err
	}
	out = Impact{Lines: lines, Items: [2]int{len(before), len(after)}, Hits: []Consequence{}}
	near := r.State == plan.Approved || !r.Window.IsZero() && r.Window.Start.Before(tx.Now.Add(week))
	scores := [2]score{scored(before, 0, near), scored(after, len(lines), near)}
	for i, items := range [2][]plan.ScopeItem{before, after} {
		out.Open[i], out.Hours[i], out.Unknown = work(items)
		out.Risk[i] = scores[i].total()
	}
	out.RiskParts = scores[0].to(scores[1])
	if out.Role, err = plan.ScopeApprover(tx, r); err != nil {
		return out, err
	}
	if err := c.hits(tx, r, lines, &out); err != nil {
		return out, err
	}
	if err := c.tasks(tx, r, lines); err != nil {
		return out, err
	}
	return out, c.delay(tx, r, worked(before, after), &out)
}

// tasks says at each line which open tasks serve its item.
func (c *Changes) tasks(tx *db.Tx, r plan.Release, lines []Line) error {
	if c.sources.Tasks == nil {
		return nil
	}
	by, err := c.sources.Tasks(tx, r)
	for i, l := range lines {
		lines[i].Tasks = by[l.Key]
	}
	return err
}

// worked is what differs between the work of two scopes, those that are taken out first.
func worked(before, after []plan.ScopeItem) []Work {
	var out []Work
	was := make(map[string]plan.ScopeItem, len(before))
	is := make(map[string]bool, len(after))
	for _, x := range after {
		is[x.Key] = true
	}
	for _, x := range before {
		was[x.Key] = x
		if !is[x.Key] {
			out = append(out, Work{Key: x.Key, Title: x.Title, Owner: x.Owner, Hours: -left(x), Gone: true})
		}
	}
	for _, x := range after {
		if hours := left(x) - left(was[x.Key]); hours != 0 {
			out = append(out, Work{Key: x.Key, Title: x.Title, Owner: x.Owner, Hours: hours})
		}
	}
	return out
}

// left is the estimated work of an item that is open.
func left(x plan.ScopeItem) int {
	if x.State != plan.ScopeOpen {
		return 0
	}
	return x.Effort
}

// taken returns the scope after the steps and what each does.
func taken(tx *db.Tx, r plan.Release, before []plan.ScopeItem, steps []plan.ScopeStep) ([]plan.ScopeItem, []Line, error) {
	var f fault.List
	stepped(&f, steps)
	if err := f.Err(); err != nil {
		return nil, nil, err
	}
	after := slices.Clone(before)
	lines := make([]Line, len(steps))
	for i, s := range steps {
		key, _ := keyOf(s)
		k := slices.IndexFunc(after, func(x plan.ScopeItem) bool { return x.Key == key })
		switch {
		case s.Add != nil && k >= 0:
			return nil, nil, errs.Conflict("key.taken", after[k], "%s is in the scope already.", key)
		case s.Add == nil && k < 0:
			return nil, nil, errs.Conflict("scope.item_gone", nil, "%.60s is not in the scope of %s.", key, r.Name)
		case s.Remove != "":
			lines[i] = Line{Key: key, Does: "remove", Title: after[k].Title, Before: promise(after[k])}
			after = slices.Delete(after, k, k+1)
			continue
		}
		spec, name := s.Add, ".add"
		if s.Change != nil {
			over := s.Change.Over(after[k])
			spec, name = &over, ".change"
		}
		made, err := item.MadeScope(tx, *spec)
		if err != nil {
			return nil, nil, fault.Under(fault.At("steps", i)+name, err)
		}
		if s.Add != nil {
			lines[i] = Line{Key: key, Does: "add", Title: made.Title, After: promise(made)}
			after = append(after, made)
			continue
		}
		lines[i] = Line{Key: key, Does: "change", Title: made.Title, Before: promise(after[k]), After: promise(made), Facts: made.Content() == after[k].Content()}
		after[k] = made
	}
	return after, lines, nil
}

// promise says in words what is signed of an item, and its estimate.
func promise(i plan.ScopeItem) string {
	s := i.Kind + ": " + i.Title
	if i.ServiceKey != "" {
		s += " (" + i.ServiceKey + ")"
	}
	if i.Effort > 0 {
		s += fmt.Sprintf(", %d h", i.Effort)
	}
	return s
}

// work counts the open items, their hours, and those nobody estimated.
func work(items []plan.ScopeItem) (open, hours, unknown int) {
	for _, i := range items {
		if i.State != plan.ScopeOpen {
			continue
		}
		open++
		hours += i.Effort
		if i.Effort == 0 {
			unknown++
		}
	}
	return open, hours, unknown
}

// hoursADay is the working day that hours become days by where nothing better is known.
const hoursADay = 8

// delay says by how many days the end moves.
func (c *Changes) delay(tx *db.Tx, r plan.Release, changes []Work, out *Impact) error {
	hours := out.Hours[1] - out.Hours[0]
	if c.sources.Delay != nil && len(changes) > 0 {
		d, err := c.sources.Delay(tx, r, changes)
		if err != nil {
			return err
		}
		if d.Text != "" {
			out.Days, out.Ready, out.DaysText = d.Days, d.Ready, d.Text
			return nil
		}
	}
	out.Days = up(hours, hoursADay)
	switch {
	case hours == 0 && out.Unknown > 0:
		out.DaysText = "nobody estimated the items that change"
	case hours == 0:
		out.DaysText = "the estimated work stays as it is"
	default:
		out.DaysText = fmt.Sprintf("%+d hours of work, one person at eight hours a day", hours)
	}
	return nil
}

// up divides and rounds away from zero.
func up(n, by int) int {
	if n < 0 {
		return -up(-n, by)
	}
	return (n + by - 1) / by
}

// hits asks what a change of the promise voids; estimates and other facts about the work void nothing.
func (c *Changes) hits(tx *db.Tx, r plan.Release, lines []Line, out *Impact) error {
	if !slices.ContainsFunc(lines, func(l Line) bool { return !l.Facts }) {
		return nil
	}
	if r.State == plan.Approved {
		out.Hits = append(out.Hits, Consequence{Kind: "release", Name: r.Name, Text: "is approved; it becomes active again", Outcome: Again})
	}
	if c.sources.Consequences == nil {
		return nil
	}
	found, err := c.sources.Consequences(tx, r)
	if err != nil {
		return err
	}
	for _, h := range found {
		if h.Kind == "approval" {
			out.Signed++
		}
		if h.Outcome == Voids {
			out.Voids++
		}
	}
	out.Hits = append(out.Hits, found...)
	return nil
}
