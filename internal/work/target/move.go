package target

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/work"
	"slipway/internal/work/forecast"
	"slipway/internal/work/wish"
)

// person is how long a task takes with a second person on it: two people do not halve it.
const person = 0.6

// usualDrivers is at how many tasks usual moves are offered.
const usualDrivers = 6

// move puts a move into the engine's terms, and into words. It fills the cost of a scope item that states none.
func (w *wisher) move(i int, x *Move) (wish.Move, string, error) {
	field := fmt.Sprintf("moves[%d]", i)
	y := wish.Move{Name: field, Cost: x.Cost}
	minutes := x.Hours * 60
	if x.Kind == "later" {
		y.Later, y.Group = w.course.Later(w.by, int(minutes))-w.by, "later"
		return y, fmt.Sprintf("Move the date by %g working hours.", x.Hours), nil
	}
	if x.Item != "" {
		return w.item(field, x)
	}
	k, known := w.course.Task(x.Task)
	if !known {
		return y, "", errs.InvalidField(field+".task", "work.task_unknown", "The release has no open task %.60q.", x.Task)
	}
	name := w.course.Tasks[k].Name
	mean := expected(w.course.Problem.Tasks[k].Duration)
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
		from := w.course.Problem.Tasks[k].NotBefore
		y.Earlier = []wish.Earlier{{Task: k, By: max(0, from-max(w.course.Now, w.course.Sooner(from, int(minutes))))}}
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
	only, _ := work.ServingOnly(w.course.Tasks, w.scope, x.Item)
	if len(only) == 0 {
		return y, "", errs.InvalidField(field+".item", "scope.item_unserved", "No open task serves %s alone, so dropping it makes nothing earlier. Say at the tasks which items they serve.", x.Item)
	}
	hours := 0.0
	var names []string
	for _, t := range only {
		i, _ := w.course.Task(t.Key)
		y.Drop = append(y.Drop, i)
		hours += expected(w.course.Problem.Tasks[i].Duration) / 60
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
	switch d.Shape {
	case forecast.PERT:
		return (d.O + 4*d.M + d.P) / 6
	case forecast.LogNormal: // of which M is the median
		return d.M * math.Exp(d.Sigma*d.Sigma/2)
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
	r, err := forecast.Run(w.course.Problem, forecast.Options{Samples: wish.SamplesUsual, Seed: w.course.Seed, Drivers: usualDrivers, Expired: w.expired})
	if err != nil {
		return nil, err
	}
	var out []Move
	people := map[id.Person]bool{}
	for i, t := range w.course.Tasks {
		if t.Status == work.Done {
			continue
		}
		people[t.Owner] = true
		early := float64(w.course.Usual(w.course.Problem.Tasks[i].NotBefore)-w.course.Usual(w.course.Now)) / 60
		if w.course.Dated(i) && early >= 1 && len(out) < usualDrivers {
			out = append(out, Move{Kind: "earlier", Task: t.Key, Hours: round(min(early, 16)), Cost: 4})
		}
	}
	items := map[string]bool{}
	for _, d := range r.Drivers {
		if d.Task >= len(w.course.Tasks) || d.MeanGain < 1 && d.Critical < 0.05 {
			continue
		}
		key, hours := w.course.Tasks[d.Task].Key, expected(w.course.Problem.Tasks[d.Task].Duration)/60
		if hours < 1 {
			continue
		}
		out = append(out, Move{Kind: "person", Task: key, Cost: round(hours * (2*person - 1))}, Move{Kind: "shorten", Task: key, Hours: round(hours / 4), Cost: round(hours / 4)})
		serves := w.serves(w.course.Tasks[d.Task])
		switch {
		case len(serves) == 0:
			out = append(out, Move{Kind: "drop", Task: key, Cost: round(hours)})
		case len(serves) == 1 && !items[serves[0]]:
			items[serves[0]] = true
			out = append(out, Move{Kind: "drop", Item: serves[0]})
		}
	}
	gone := math.Ceil(float64(max(0, w.course.Usual(w.course.Now)-w.course.Usual(w.by))) / workday) // days since a wanted date that has passed
	for _, days := range []float64{1, 2, 5} {
		out = append(out, Move{Kind: "later", Hours: 8 * (gone + days), Cost: 8 * days * float64(max(1, len(people)))})
	}
	return out, nil
}

// round keeps half hours.
func round(hours float64) float64 { return max(0.5, float64(int(hours*2+0.5))/2) }
