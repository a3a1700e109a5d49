package outlook

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/forecast"
	"slipway/internal/work/schedule"
	"slipway/internal/work/wish"
)

// Move is something that can be done for a wanted date.
type Move struct {
	Kind  string  `json:"kind" enum:"drop,person,earlier,shorten,later" doc:"drop a scope item or a task, add a person to a task, let it start earlier, shorten it, or move the wanted date"`
	Task  string  `json:"task,omitempty" doc:"Key of the task, except for later and an item"`
	Item  string  `json:"item,omitempty" doc:"Key of the scope item to drop, with the open tasks that serve only it"`
	Hours float64 `json:"hours,omitempty" minimum:"0" doc:"Working hours by which it starts earlier, is shorter, or the date moves"`
	Cost  float64 `json:"cost,omitempty" minimum:"0" doc:"What it costs, in hours of work or whatever all moves are counted in. A scope item costs its estimate unless stated, or the work of its tasks if it has none"`
}

// Wish is a date that is wanted.
type Wish struct {
	By     db.Time `json:"by,omitzero" doc:"When the work before the window has to be done; the window's start without it"`
	Chance float64 `json:"chance,omitempty" minimum:"0" maximum:"1" doc:"How likely it has to be; 0.8 without it"`
	Moves  []Move  `json:"moves,omitempty" doc:"What may be done; the usual moves at the tasks that drive the date without it"`
}

// Effect is a move with what it does by itself.
type Effect struct {
	Move
	Text   string  `json:"text"`
	Chance float64 `json:"chance"` // of the wanted date, if nothing else is done
	P80    db.Time `json:"p80"`
}

// Answer is what must be true for a wanted date.
type Answer struct {
	Release  id.Release `json:"release"`
	By       db.Time    `json:"by"`
	Wanted   float64    `json:"wanted"` // the chance
	Chance   float64    `json:"chance"` // if nothing is done
	P80      db.Time    `json:"p80"`
	Moves    []Effect   `json:"moves"`
	Sets     []Set      `json:"sets"`     // of moves that are enough, the cheapest first; none if what may be done is not enough
	All      float64    `json:"all"`      // the chance if everything is done that goes together
	Complete bool       `json:"complete"` // all sets of up to three moves were weighed
}

// Set is a smallest set of moves that is enough: none of them can be left out.
type Set struct {
	Moves  []int   `json:"moves"` // indexes in Answer.Moves; empty if nothing has to be done
	Cost   float64 `json:"cost"`
	Chance float64 `json:"chance"`
	P80    db.Time `json:"p80"`
}

// person is how long a task takes with a second person on it: two people do not halve it.
const person = 0.6

// usualDrivers is at how many tasks usual moves are offered.
const usualDrivers = 6

// WhatMustBeTrue searches the smallest sets of moves that bring the chance of a wanted date to the asked level. It changes nothing. It fails with
// errs.NotFound, and with errs.Invalid: outlook.no_date without a date and a window, work.task_unknown, scope.item_unknown, scope.item_unserved for an item
// that no open task serves alone, work.moves, work.chance.
func (o *Outlooks) WhatMustBeTrue(ctx context.Context, release string, in Wish) (Answer, error) {
	var m *model
	var l levelled
	var scope []plan.ScopeItem
	err := o.db.Read(ctx, func(tx *db.Tx) error {
		r, err := seen(tx, release)
		if err != nil {
			return err
		}
		if m, err = o.read(tx, r); err != nil {
			return err
		}
		if err = o.surround(tx, m); err != nil {
			return err
		}
		if scope, err = plan.ScopeItems(tx, r); err != nil {
			return err
		}
		l, err = o.level(tx, m)
		return err
	})
	if err != nil {
		return Answer{}, err
	}
	if in.By.IsZero() {
		in.By = m.r.Window.Start
	}
	if in.By.IsZero() {
		return Answer{}, errs.InvalidField("by", "outlook.no_date", "The release has no window yet. Say by when the work is to be done.")
	}
	if in.Chance == 0 {
		in.Chance = 0.8
	}
	before, _ := m.before(m.problem(l))
	w := wisher{m: m, p: before, scope: scope, expired: func() bool { return ctx.Err() != nil }}
	out, err := w.answer(in)
	if err == nil {
		err = ctx.Err()
	}
	return out, err
}

type wisher struct {
	m       *model
	p       forecast.Problem
	scope   []plan.ScopeItem
	expired func() bool
}

func (w *wisher) answer(in Wish) (Answer, error) {
	out := Answer{Release: w.m.r.ID, By: in.By, Wanted: in.Chance, Moves: []Effect{}, Sets: []Set{}}
	moves := in.Moves
	if len(moves) == 0 {
		var err error
		if moves, err = w.usual(); err != nil {
			return out, err
		}
	}
	q := wish.Question{Problem: w.p, Target: w.m.axis(schedule.Minute(in.By.Std())), Chance: in.Chance}
	for i, x := range moves {
		y, text, err := w.move(i, &x)
		if err != nil {
			return out, err
		}
		q.Moves = append(q.Moves, y)
		out.Moves = append(out.Moves, Effect{Move: x, Text: text})
	}
	a, err := wish.Find(q, wish.Options{Seed: w.m.seed(ForecastOptions{}), Expired: w.expired})
	if err != nil {
		return out, err
	}
	out.Chance, out.P80, out.All, out.Complete = a.Now.Chance, w.m.instant(a.Now.P80), a.All.Chance, a.Complete
	for i, x := range a.Alone {
		out.Moves[i].Chance, out.Moves[i].P80 = x.Chance, w.m.instant(x.P80)
	}
	for _, s := range a.Sets {
		out.Sets = append(out.Sets, Set{Moves: s.Moves, Cost: s.Cost, Chance: s.Chance, P80: w.m.instant(s.P80)})
	}
	return out, nil
}

// move puts a move into the engine's terms, and into words. It fills the cost of a scope item that states none.
func (w *wisher) move(i int, x *Move) (wish.Move, string, error) {
	field := fmt.Sprintf("moves[%d]", i)
	y := wish.Move{Name: field, Cost: x.Cost}
	minutes := x.Hours * 60
	if x.Kind == "later" {
		y.Later, y.Group = minutes, "later"
		return y, fmt.Sprintf("Move the date by %g working hours.", x.Hours), nil
	}
	if x.Item != "" {
		return w.item(field, x)
	}
	k, known := w.m.index[x.Task]
	if !known {
		return y, "", errs.InvalidField(field+".task", "work.task_unknown", "The release has no open task %.60q.", x.Task)
	}
	name := w.m.tasks[k].Name
	mean := expected(w.p.Tasks[k].Duration)
	switch x.Kind {
	case "drop":
		y.Drop, y.Group = []int{k}, x.Task
		return y, fmt.Sprintf("Drop %s.", name), nil
	case "person":
		y.Scale, y.Group = []wish.Scale{{Task: k, Factor: person}}, x.Task
		return y, fmt.Sprintf("Put a second person on %s.", name), nil
	case "shorten":
		factor := 0.0
		if mean > minutes {
			factor = 1 - minutes/mean
		}
		y.Scale, y.Group = []wish.Scale{{Task: k, Factor: factor}}, x.Task
		return y, fmt.Sprintf("Shorten %s by %g working hours.", name, x.Hours), nil
	case "earlier":
		y.Earlier = []wish.Earlier{{Task: k, By: minutes}}
		return y, fmt.Sprintf("Start %s %g working hours earlier than planned.", name, x.Hours), nil
	}
	return y, "", errs.InvalidField(field+".kind", "outlook.move_kind", "A move is drop, person, earlier, shorten or later, not %.30q.", x.Kind)
}

// item is the move that drops a scope item: the open tasks that serve nothing else of the scope fall away.
func (w *wisher) item(field string, x *Move) (wish.Move, string, error) {
	y := wish.Move{Name: field}
	if x.Kind != "drop" || x.Task != "" {
		return y, "", errs.InvalidField(field+".kind", "outlook.move_kind", "A scope item can be dropped and nothing else; a drop names either an item or a task.")
	}
	k := slices.IndexFunc(w.scope, func(s plan.ScopeItem) bool { return s.Key == x.Item })
	if k < 0 {
		return y, "", errs.InvalidField(field+".item", "scope.item_unknown", "The scope of the release has no item %.60q.", x.Item)
	}
	only, _ := work.ServingOnly(w.m.tasks, w.scope, x.Item)
	if len(only) == 0 {
		return y, "", errs.InvalidField(field+".item", "scope.item_unserved", "No open task serves %s alone, so dropping it makes nothing earlier. Say at the tasks which items they serve.", x.Item)
	}
	hours := 0.0
	var names []string
	for _, t := range only {
		i := w.m.index[t.Key]
		y.Drop = append(y.Drop, i)
		hours += expected(w.p.Tasks[i].Duration) / 60
		names = append(names, t.Name)
	}
	if x.Cost == 0 {
		x.Cost = float64(w.scope[k].Effort)
	}
	if x.Cost == 0 {
		x.Cost = round(hours)
	}
	y.Cost, y.Group = x.Cost, "item "+x.Item
	more := ""
	if len(names) > 3 {
		names, more = names[:3], fmt.Sprintf(" and %d more", len(names)-3)
	}
	return y, fmt.Sprintf("Drop %s, %s, and with it %s%s.", x.Item, w.scope[k].Title, strings.Join(names, ", "), more), nil
}

// expected is the mean of a duration.
func expected(d forecast.Duration) float64 {
	if d.Shape == forecast.PERT {
		return (d.O + 4*d.M + d.P) / 6
	}
	return d.M
}

// serves are the items of the scope that a task serves.
func (w *wisher) serves(t work.Task) []string {
	var out []string
	for _, x := range w.scope {
		if slices.Contains(t.Items, x.Key) {
			out = append(out, x.Key)
		}
	}
	return out
}

// usual are the moves at the tasks that drive the date; a task that serves scope items falls away with its item only. Their costs are hours of work: what a second person adds, what is left out or
// dropped, and what everybody who still works on the release does during a day.
func (w *wisher) usual() ([]Move, error) {
	r, err := forecast.Run(w.p, forecast.Options{Samples: wish.SamplesUsual, Seed: w.m.seed(ForecastOptions{}), Drivers: usualDrivers, Expired: w.expired})
	if err != nil {
		return nil, err
	}
	var out []Move
	people := map[id.Person]bool{}
	for i, t := range w.m.tasks {
		if t.Status == work.Done {
			continue
		}
		people[t.Owner] = true
		stated := w.m.plan.Tasks[i].NotBefore.Set || w.m.plan.Tasks[i].FixedStart.Set // and not what others use first
		if early := w.p.Tasks[i].NotBefore / 60; stated && early >= 1 && len(out) < usualDrivers {
			out = append(out, Move{Kind: "earlier", Task: t.Key, Hours: round(min(early, 16)), Cost: 4})
		}
	}
	items := map[string]bool{}
	for _, d := range r.Drivers {
		if d.Task >= len(w.m.tasks) || d.MeanGain < 1 && d.Critical < 0.05 {
			continue
		}
		key, hours := w.m.tasks[d.Task].Key, expected(w.p.Tasks[d.Task].Duration)/60
		if hours < 1 {
			continue
		}
		out = append(out, Move{Kind: "person", Task: key, Cost: round(hours * (2*person - 1))}, Move{Kind: "shorten", Task: key, Hours: round(hours / 4), Cost: round(hours / 4)})
		serves := w.serves(w.m.tasks[d.Task])
		switch {
		case len(serves) == 0:
			out = append(out, Move{Kind: "drop", Task: key, Cost: round(hours)})
		case len(serves) == 1 && !items[serves[0]]:
			items[serves[0]] = true
			out = append(out, Move{Kind: "drop", Item: serves[0]})
		}
	}
	for _, days := range []float64{1, 2, 5} {
		out = append(out, Move{Kind: "later", Hours: 8 * days, Cost: 8 * days * float64(max(1, len(people)))})
	}
	return out, nil
}

// round keeps half hours.
func round(hours float64) float64 { return max(0.5, float64(int(hours*2+0.5))/2) }
