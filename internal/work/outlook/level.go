package outlook

import (
	"cmp"
	"context"
	"slices"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/level"
	"slipway/internal/work/resource"
	"slipway/internal/work/schedule"
)

// Shortage is something that a task uses more of than there is. The schedule is made as if there were enough.
type Shortage struct {
	Kind string `json:"kind"` // role or skill
	Key  string `json:"key"`
	Need int    `json:"need"`
	Have int    `json:"have"`
}

// Level schedules a release so that nobody does two tasks at once, and no role, skill or environment is used beyond what there
// is: one person is one, a role has its holders for the product, a skill those who have it, an environment is one. An owner
// counts as one of the role that the task uses. What people and environments do for releases whose windows come earlier stands
// where it does in those releases' schedules.
//
// Which task goes first is found by work/level over usual working days; that order is then scheduled by everybody's own
// working time. Float and critical tasks mean that order. It fails with errs.NotFound if the caller may not see the release.
func (o *Outlooks) Level(ctx context.Context, release string) (Schedule, error) {
	var out Schedule
	err := o.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = o.ReadLevel(tx, release)
		return err
	})
	return out, err
}

// ReadLevel is Outlooks.Level inside the caller's snapshot. It costs what schedules of the releases that share people cost, and the
// search for an order: up to about a second for a thousand tasks.
func (o *Outlooks) ReadLevel(tx *db.Tx, release string) (Schedule, error) {
	r, err := seen(tx, release)
	if err != nil {
		return Schedule{}, err
	}
	m, err := o.read(tx, r)
	if err != nil {
		return Schedule{}, err
	}
	l, err := o.level(tx, m)
	if err != nil {
		return Schedule{}, err
	}
	alone, err := m.compute(m.plan)
	if err != nil {
		return Schedule{}, err
	}
	s := m.tell(tx.Now, l.result, l.plan, l.flow)
	s.Levelled, s.Shortages = true, l.shortages
	for i := range s.Tasks {
		if s.Tasks[i].Status != work.Done {
			s.Tasks[i].Shift = int64(m.base.Between(alone.Start(i), l.result.Start(i)))
		}
	}
	return s, nil
}

// levelled is a plan in which tasks use people and environments one after the other.
type levelled struct {
	plan      schedule.Plan
	flow      int // from which link on links stand for resources
	free      *schedule.Result
	result    *schedule.Result
	shortages []Shortage
}

// slot is the unit in which orders are searched, in minutes.
const slot = 30

// schedulesTried bounds the search: tasks times schedules.
const schedulesTried = 400_000

func (o *Outlooks) level(tx *db.Tx, m *model) (levelled, error) {
	l := levelled{plan: m.plan, flow: len(m.plan.Links)}
	busy, err := o.busy(tx, m)
	if err != nil {
		return l, err
	}
	l.plan.Tasks = slices.Clone(m.plan.Tasks)
	for i, t := range m.tasks {
		var away [][2]int
		for _, k := range claims(t) {
			away = append(away, busy[k]...)
		}
		l.plan.Tasks[i].Calendar = l.plan.Tasks[i].Calendar.Without(away...)
	}
	if l.free, err = m.compute(l.plan); err != nil {
		return l, err
	}
	g := grid{m: m, free: l.free, at: map[resourceKey]int{}}
	if err := g.lay(tx, l.plan); err != nil {
		return l, err
	}
	l.shortages = g.short
	done, err := level.Solve(g.p, level.Options{Seed: 1, Schedules: max(20, schedulesTried/max(1, len(g.p.Tasks))), Expired: func() bool { return tx.Context().Err() != nil }})
	if err != nil {
		return l, err
	}
	l.plan.Links = append(slices.Clone(m.plan.Links), g.order(done.Start)...)
	if l.result, err = m.compute(l.plan); err != nil {
		// A negative lag lets a giver start after its taker: then the order of the resources may contradict that of the links, and the links hold.
		l.plan.Links, l.result = m.plan.Links, l.free
		err = nil
	}
	return l, err
}

// resourceKey names a resource: person/<id>, role/<key> …
type resourceKey struct{ kind, key string }

// claims are what a task has to itself while it lasts: its owner and its environments.
func claims(t work.Task) []resourceKey {
	var out []resourceKey
	if t.Owner != "" {
		out = append(out, resourceKey{resource.KindPerson, string(t.Owner)})
	}
	for _, u := range t.Uses {
		if u.Kind == resource.KindEnvironment {
			out = append(out, resourceKey{u.Kind, u.Key})
		}
	}
	return out
}

// busy returns when people and environments of the release's open tasks are used by releases whose windows come earlier.
func (o *Outlooks) busy(tx *db.Tx, m *model) (map[resourceKey][][2]int, error) {
	wanted := map[resourceKey]bool{}
	var owners []id.Person
	var places []string
	for _, t := range m.tasks {
		for _, k := range claims(t) {
			if t.Status.Ended() || wanted[k] {
				continue
			}
			wanted[k] = true
			if k.kind == resource.KindPerson {
				owners = append(owners, t.Owner)
			} else {
				places = append(places, k.key)
			}
		}
	}
	others, err := rivals(tx, m.r, owners, places)
	if err != nil {
		return nil, err
	}
	out := map[resourceKey][][2]int{}
	for _, r := range others {
		other, err := plan.ReleaseByID(tx, r)
		if err != nil {
			return nil, err
		}
		n, err := o.read(tx, other)
		if err != nil {
			return nil, err
		}
		result, err := n.compute(n.plan)
		if err != nil {
			return nil, err
		}
		for i, t := range n.tasks {
			if t.Status.Ended() || result.Finish(i) >= schedule.Never {
				continue
			}
			for _, k := range claims(t) {
				if wanted[k] {
					out[k] = append(out[k], [2]int{result.Resume(i), result.Finish(i)})
				}
			}
		}
	}
	return out, nil
}

// grid is the release in slots of usual working time.
type grid struct {
	m     *model
	free  *schedule.Result
	p     level.Problem
	needs [][]level.Need
	work  []int
	at    map[resourceKey]int
	short []Shortage
}

func (g *grid) slots(from, to int) int { return (g.m.base.Between(from, to) + slot - 1) / slot }

func (g *grid) lay(tx *db.Tx, p schedule.Plan) error {
	g.p.Tasks, g.needs, g.work = make([]level.Task, len(p.Tasks)), make([][]level.Need, len(p.Tasks)), make([]int, len(p.Tasks))
	for i := range p.Tasks {
		if i >= len(g.m.tasks) || g.m.tasks[i].Status.Ended() || g.free.Finish(i) >= schedule.Never {
			continue
		}
		g.work[i] = g.slots(g.free.Resume(i), g.free.Finish(i))
		for _, m := range []schedule.Mark{p.Tasks[i].NotBefore, p.Tasks[i].FixedStart} {
			if m.Set {
				g.p.Tasks[i].NotBefore = max(g.p.Tasks[i].NotBefore, g.slots(g.m.now, m.At))
			}
		}
		if err := g.uses(tx, i, g.m.tasks[i]); err != nil {
			return err
		}
		g.p.Tasks[i].Duration, g.p.Tasks[i].Needs = g.work[i], g.needs[i]
	}
	for _, l := range p.Links {
		if l.From < len(g.m.tasks) && g.m.tasks[l.From].Status.Ended() {
			continue
		}
		l.Lag /= slot
		if l.Elapsed {
			l.Lag = l.Lag * 5 * 8 / (7 * 24)
		}
		g.p.Links = append(g.p.Links, level.Link{From: l.From, To: l.To, Lag: work.StartLag(l, g.work[l.From], g.work[l.To])})
	}
	return nil
}

// uses fills what a task uses, and grows what there is too little of.
func (g *grid) uses(tx *db.Tx, i int, t work.Task) error {
	use := func(k resourceKey, units int) error {
		r, known := g.at[k]
		if !known {
			have, err := g.capacity(tx, k)
			if err != nil {
				return err
			}
			r = len(g.p.Resources)
			g.at[k] = r
			g.p.Resources = append(g.p.Resources, level.Resource{Capacity: have})
		}
		if have := g.p.Resources[r].Capacity; units > have {
			g.short = append(g.short, Shortage{k.kind, k.key, units, have})
			g.p.Resources[r].Capacity = units
		}
		g.needs[i] = append(g.needs[i], level.Need{Resource: r, Units: units})
		return nil
	}
	if t.Owner != "" {
		if err := use(resourceKey{resource.KindPerson, string(t.Owner)}, 1); err != nil {
			return err
		}
	}
	for _, u := range t.Uses {
		units := int(u.Units)
		if u.Kind == "role" && t.Owner != "" {
			units-- // the owner is the first of them
		}
		if units == 0 {
			continue
		}
		if err := use(resourceKey{u.Kind, u.Key}, units); err != nil {
			return err
		}
	}
	return nil
}

func (g *grid) capacity(tx *db.Tx, k resourceKey) (int, error) {
	switch k.kind {
	case "role":
		who, err := auth.Holders(tx, k.key, plan.Scope(g.m.r))
		return len(who), err
	case "skill":
		who, err := resource.SkilledPeople(tx, k.key)
		return len(who), err
	}
	return 1, nil
}

// order returns the links that hand resources on in the order of the starts.
func (g *grid) order(start []int) []schedule.Link {
	flow := work.Flow(start, g.work, g.needs, g.p.Resources, g.m.plan.Links)
	slices.SortFunc(flow, func(a, b schedule.Link) int { return cmp.Or(cmp.Compare(a.To, b.To), cmp.Compare(a.From, b.From)) })
	return flow
}
