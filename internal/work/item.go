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
	for i, key := range in {
		if slices.Contains(before, key) {
			continue
		}
		if !f.scope(tx, r)[key] {
			f.Say(fmt.Sprintf("items[%d]", i), "scope.item_unknown", "The scope of the release has no item %.60q.", key)
		}
	}
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}

// scope returns the keys of the scope items of a release.
func (f *faults) scope(tx *db.Tx, r plan.Release) map[string]bool {
	k := f.lookups()
	if k.items == nil {
		items, err := plan.ScopeItems(tx, r)
		f.Add(err)
		k.items = make(map[string]bool, len(items))
		for _, x := range items {
			k.items[x.Key] = true
		}
	}
	return k.items
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
