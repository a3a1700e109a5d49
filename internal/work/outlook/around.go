package outlook

import (
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/means"
	"slipway/internal/work/resource"
	"slipway/internal/work/schedule"
)

// around is what bears on a release from outside of it: how past work went, and the releases that come first.
type around struct {
	ratios means.Ratios
	rivals []means.Rival
}

func key(kind, name string) means.Key { return means.Key{Kind: kind, Key: name} }

// whole reads the model of a release, with tasks that are edited unless edit is nil, and what bears on it from outside. It checks no permission.
func (o *Outlooks) whole(tx *db.Tx, r plan.Release, edit func([]work.Task) []work.Task) (*model, error) {
	m, err := o.readWith(tx, r, edit)
	if err != nil {
		return nil, err
	}
	return m, o.surround(tx, m)
}

// surround reads what bears on a release from outside. It costs one statement, and one for each kind of resource that its open tasks use.
func (o *Outlooks) surround(tx *db.Tx, m *model) (err error) {
	if m.around.ratios, err = o.means.Ratios(tx, m.r.Product); err != nil {
		return err
	}
	m.around.rivals, err = means.Rivals(tx, m.r, m.wanted())
	return err
}

// wanted is what the open tasks of the release use, by kind.
func (m *model) wanted() map[string][]string {
	seen := map[means.Key]bool{}
	out := map[string][]string{}
	for _, t := range m.tasks {
		for _, k := range claims(t) {
			if !t.Status.Ended() && !seen[k] {
				seen[k] = true
				out[k.Kind] = append(out[k.Kind], k.Key)
			}
		}
	}
	return out
}

// claims are what a task uses while it lasts: its owner, roles, skills and environments.
func claims(t work.Task) []means.Key {
	var out []means.Key
	if t.Owner != "" {
		out = append(out, key(resource.KindPerson, string(t.Owner)))
	}
	for _, u := range t.Uses {
		out = append(out, key(u.Kind, u.Key))
	}
	return out
}

// told is what around says of itself in the digest of a forecast: coarse, so that it costs nothing beyond what levelling reads anyway. A change of a
// rival's links or working times shows when one of its relevant tasks changes, or when the forecast is worn.
func (a around) told() any {
	all, teams := a.ratios.Coarse()
	return []any{all, teams, a.rivals}
}

// use is a stretch, in minutes of the axis, in which others use so many units of something, as it was seen in the morning and as it is now.
type use struct{ from, to, begins, ends, units int }

// busy returns when people, roles, skills and environments of the release's open tasks are used by the releases that come first. Each of those is
// scheduled alone, from a morning and from now. Of a role the holders for the other release's product who do not hold it for this one's are taken first.
func (o *Outlooks) busy(tx *db.Tx, m *model, morning int, s *means.Supply) (map[means.Key][]use, error) {
	if len(m.around.rivals) == 0 {
		return nil, nil
	}
	ids := make([]id.Release, len(m.around.rivals))
	for i, r := range m.around.rivals {
		ids[i] = r.Release
	}
	tasks, err := work.TasksOfEach(tx, ids)
	if err != nil {
		return nil, err
	}
	lists := make([][]work.Task, 0, len(ids))
	for _, x := range ids {
		lists = append(lists, tasks[x])
	}
	own, err := o.means.Clocks(tx, lists...)
	if err != nil {
		return nil, err
	}
	wanted := map[means.Key]bool{}
	for kind, keys := range m.wanted() {
		for _, k := range keys {
			wanted[key(kind, k)] = true
		}
	}
	out := map[means.Key][]use{}
	for _, x := range m.around.rivals {
		n := started(at(m.now), plan.Release{ID: x.Release, Product: x.Product, CreatedAt: x.CreatedAt, Window: plan.Window{Start: x.WindowStart, End: x.WindowEnd}}, tasks[x.Release])
		n.base, n.clocks = m.base, own
		if err := n.used(tx, morning, wanted, s, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// used adds what the open tasks of a release use of what is wanted.
func (m *model) used(tx *db.Tx, morning int, wanted map[means.Key]bool, s *means.Supply, out map[means.Key][]use) error {
	early, err := pass(m.earlier(morning).plan)
	if err != nil {
		return err
	}
	m.lay()
	r, err := pass(m.plan)
	if err != nil {
		return err
	}
	for i, t := range m.tasks {
		if t.Status.Ended() || r.Finish(i) >= schedule.Never || r.Resume(i) >= r.Finish(i) {
			continue
		}
		x := use{early.Resume(i), early.Finish(i), r.Resume(i), r.Finish(i), 1}
		if k := key(resource.KindPerson, string(t.Owner)); wanted[k] {
			out[k] = append(out[k], x)
		}
		for _, u := range t.Uses {
			k := key(u.Kind, u.Key)
			if !wanted[k] {
				continue
			}
			if x.units, err = s.Taken(tx, k, t.Owner, int(u.Units), m.r); err != nil {
				return err
			}
			if x.units > 0 {
				out[k] = append(out[k], x)
			}
		}
	}
	return nil
}
