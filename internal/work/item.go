package work

import (
	"fmt"
	"slices"

	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// serves checks which scope items a task serves, and returns their keys in order. What it named before may stay, so that an item that
// was taken out of the scope since does not stand in the way of other changes.
func (f *faults) serves(tx *db.Tx, r plan.Release, in, before []string) []string {
	if len(in) == 0 {
		return nil
	}
	if len(in) > itemsMax {
		f.Say("items", "list.too_long", "At most %d fit here. There are %d.", itemsMax, len(in))
		return nil
	}
	var known map[string]bool
	for i, key := range in {
		if slices.Contains(before, key) {
			continue
		}
		if known == nil {
			items, err := plan.ScopeItems(tx, r)
			f.Add(err)
			known = make(map[string]bool, len(items))
			for _, x := range items {
				known[x.Key] = true
			}
		}
		if !known[key] {
			f.Say(fmt.Sprintf("items[%d]", i), "scope.item_unknown", "The scope of the release has no item %.60q.", key)
		}
	}
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}

// ServingOnly returns those of a release's open tasks that serve a scope item and no other of the scope: they are not needed without it.
// others serve it beside another item. It judges tasks that have been read.
func ServingOnly(tasks []Task, scope []plan.ScopeItem, item string) (only, others []Task) {
	in := make(map[string]bool, len(scope))
	for _, x := range scope {
		in[x.Key] = true
	}
	for _, t := range tasks {
		if t.Status.Ended() || !slices.Contains(t.Items, item) {
			continue
		}
		if slices.ContainsFunc(t.Items, func(k string) bool { return k != item && in[k] }) {
			others = append(others, t)
		} else {
			only = append(only, t)
		}
	}
	return only, others
}
