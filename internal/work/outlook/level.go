package outlook

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/level"
	"slipway/internal/work/means"
	"slipway/internal/work/network"
	"slipway/internal/work/resource"
	"slipway/internal/work/schedule"
)

// Shortage is something that a task uses more of than there is. The schedule is made as if there were enough.
type Shortage struct {
	Kind string `json:"kind"` // role, skill or environment
	Key  string `json:"key"`
	Need int    `json:"need"`
	Have int    `json:"have"`
}

// Level schedules a release so that nobody does two tasks at once, and no role, skill or environment is used beyond what there
// is: one person is one, a role has its holders for the product, a skill those who have it, an environment as many
// places as can be booked at once. An owner
// counts as one of the role that the task uses. What people, roles, skills and environments do for releases whose windows come earlier stands
// where it does in those releases' schedules.
//
// Which task goes first is found by work/level over usual working days, from the start of the day in the zone of the organisation on: what has passed of
// the day does not change it. That order is then scheduled from now, by everybody's own working time. Float and critical tasks mean that order.
// It fails with errs.NotFound if the caller may not see the release.
func (o *Outlooks) Level(ctx context.Context, release string) (Schedule, error) {
	return db.Reading(ctx, o.db, func(tx *db.Tx) (Schedule, error) { return o.ReadLevel(tx, release) })
}

// ReadLevel is Outlooks.Level inside the caller's snapshot. It costs what schedules of the releases that share people cost, and the
// search for an order: up to about a second for a thousand tasks.
func (o *Outlooks) ReadLevel(tx *db.Tx, release string) (Schedule, error) {
	r, err := seen(tx, release)
	if err != nil {
		return Schedule{}, err
	}
	m, err := o.whole(tx, r, nil)
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
	result    *schedule.Result
	shortages []Shortage
}

// slot is the unit in which orders are searched, in minutes.
const slot = 30

// schedulesTried bounds the search: tasks times schedules.
const schedulesTried = 400_000

// level needs what surround reads.
func (o *Outlooks) level(tx *db.Tx, m *model) (levelled, error) {
	l := levelled{plan: m.plan, flow: len(m.plan.Links)}
	s := o.means.Supply(m.r)
	dawn := m.earlier(reached(db.At(o.means.Morning(schedule.Instant(m.now)))))
	busy, err := o.busy(tx, m, dawn.now, s)
	if err != nil {
		return l, err
	}
	l.plan.Tasks = m.beside(busy, func(u use) [2]int { return [2]int{u.begins, u.ends} })
	dawn.plan.Tasks = dawn.beside(busy, func(u use) [2]int { return [2]int{u.from, u.to} })
	free, err := pass(dawn.plan)
	if err != nil {
		return l, err
	}
	g := grid{m: dawn, free: free, supply: s, busy: busy, at: map[means.Key]int{}}
	if err := g.lay(tx, dawn.plan); err != nil {
		return l, err
	}
	l.shortages = g.short
	done, err := level.Solve(g.p, level.Options{Seed: 1, Schedules: max(20, schedulesTried/max(1, len(g.p.Tasks))), Expired: func() bool { return tx.Context().Err() != nil }})
	if err != nil {
		return l, err
	}
	flow, after := g.order(done.Start)
	l.plan.Links = append(slices.Clone(m.plan.Links), flow...)
	for i, at := range after {
		if x := &l.plan.Tasks[i]; !x.NotBefore.Set || x.NotBefore.At < at {
			x.NotBefore = schedule.On(at)
		}
	}
	if l.result, err = m.compute(l.plan); err != nil {
		// A negative lag lets a giver start after its taker: then the order of the resources may contradict that of the links, and the links hold.
		l.plan.Links = m.plan.Links
		l.result, err = m.compute(l.plan)
	}
	return l, err
}

// beside are the tasks of the plan whose owners have the hours that their work for other releases leaves them.
func (m *model) beside(busy map[means.Key][]use, stretch func(use) [2]int) []schedule.Task {
	out := slices.Clone(m.plan.Tasks)
	left := map[id.Person]*schedule.Calendar{}
	for i, t := range m.tasks {
		if left[t.Owner] == nil {
			var away [][2]int
			for _, u := range busy[key(resource.KindPerson, string(t.Owner))] {
				away = append(away, stretch(u))
			}
			left[t.Owner] = out[i].Calendar.Without(away...)
		}
		out[i].Calendar = left[t.Owner]
	}
	return out
}

// grid is the release in slots of usual working time from the start of the day on.
type grid struct {
	m      *model
	free   *schedule.Result
	supply *means.Supply
	busy   map[means.Key][]use
	p      level.Problem
	needs  [][]level.Need
	work   []int
	at     map[means.Key]int
	others []other
	short  []Shortage
}

// other is a stretch of slots in which other releases hold units of a resource, and the minute at which they give them back.
type other struct{ from, to, resource, units, until int }

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
		g.p.Links = append(g.p.Links, level.Link{From: l.From, To: l.To, Lag: network.StartLag(l, g.work[l.From], g.work[l.To])})
	}
	g.share()
	return nil
}

// share takes what other releases use of roles, skills and environments off what there is. It leaves what there is too little of anyway.
func (g *grid) share() {
	short := map[means.Key]bool{}
	for _, s := range g.short {
		short[key(s.Kind, s.Key)] = true
	}
	keys := make([]means.Key, len(g.at))
	for k, r := range g.at {
		keys[r] = k
	}
	for r, k := range keys {
		if k.Kind != resource.KindPerson && !short[k] {
			g.lend(r, g.busy[k])
		}
	}
}

// lend takes what others use of one resource off it.
func (g *grid) lend(r int, uses []use) {
	x := &g.p.Resources[r]
	changes, until := map[int]int{}, map[int]int{}
	for _, u := range uses {
		from, to := g.m.base.Between(g.m.now, max(u.from, g.m.now))/slot, g.slots(g.m.now, u.to)
		if from < to {
			changes[from] += u.units
			changes[to] -= u.units
			until[to] = max(until[to], u.ends)
		}
	}
	used, held, from := 0, 0, 0
	for _, at := range slices.Sorted(maps.Keys(changes)) {
		used += changes[at]
		now := min(used, x.Capacity)
		if now == held {
			continue
		}
		if held > 0 {
			back := until[at]
			if back == 0 { // more is taken from there on
				back = g.m.base.Add(g.m.now, at*slot)
			}
			g.others = append(g.others, other{from, at, r, held, back})
		}
		from, held = at, now
		x.Steps = append(x.Steps, level.Step{At: at, Capacity: x.Capacity - now})
	}
}

// uses fills what a task uses, and grows what there is too little of.
func (g *grid) uses(tx *db.Tx, i int, t work.Task) error {
	use := func(k means.Key, units int) error {
		r, known := g.at[k]
		if !known {
			have, err := g.supply.Have(tx, k)
			if err != nil {
				return err
			}
			r = len(g.p.Resources)
			g.at[k] = r
			g.p.Resources = append(g.p.Resources, level.Resource{Capacity: have})
		}
		if have := g.p.Resources[r].Capacity; units > have {
			g.short = append(g.short, Shortage{k.Kind, k.Key, units, have})
			g.p.Resources[r].Capacity = units
		}
		g.needs[i] = append(g.needs[i], level.Need{Resource: r, Units: units})
		return nil
	}
	if t.Owner != "" {
		if err := use(key(resource.KindPerson, string(t.Owner)), 1); err != nil {
			return err
		}
	}
	for _, u := range t.Uses {
		units := int(u.Units)
		if u.Kind == means.Role && t.Owner != "" {
			units-- // the owner is the first of them
		}
		if units == 0 {
			continue
		}
		if err := use(key(u.Kind, u.Key), units); err != nil {
			return err
		}
	}
	return nil
}

// order returns the links that hand resources on in the order of the starts, and from which minute on tasks have what others had before.
func (g *grid) order(start []int) (links []schedule.Link, after map[int]int) {
	n := len(start)
	start, held, needs := slices.Clone(start), slices.Clone(g.work), slices.Clone(g.needs)
	for _, x := range g.others {
		start, held, needs = append(start, x.from), append(held, x.to-x.from), append(needs, []level.Need{{Resource: x.resource, Units: x.units}})
	}
	after = map[int]int{}
	for _, l := range network.Flow(start, held, needs, g.p.Resources, g.m.plan.Links) {
		switch {
		case l.To >= n:
		case l.From >= n:
			after[l.To] = max(after[l.To], g.others[l.From-n].until)
		default:
			links = append(links, l)
		}
	}
	slices.SortFunc(links, func(a, b schedule.Link) int { return cmp.Or(cmp.Compare(a.To, b.To), cmp.Compare(a.From, b.From)) })
	return links, after
}
