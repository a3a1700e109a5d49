package moving

import (
	"slices"
	"strings"
	"time"

	"slipway/internal/calendar/booking"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/move"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/work"
	"slipway/internal/work/capacity"
	"slipway/internal/work/resource"
)

// peopleWitness knows who is needed around a window, and who is away then.
type peopleWitness struct {
	resources *resource.Resources
	capacity  *capacity.Capacity
}

// needed is somebody who is needed around a window, and for what.
type needed struct {
	person id.Person
	what   string
}

// nearby is how near to a window a task counts as part of it.
const nearby = 24 * time.Hour

// needs are the owner, who is booked for the release, and who has open tasks that are due around the window.
func (p peopleWitness) needs(tx *db.Tx, r plan.Release, w plan.Window) ([]needed, error) {
	var out []needed
	add := func(who id.Person, what string) {
		if who != "" && !slices.ContainsFunc(out, func(n needed) bool { return n.person == who }) {
			out = append(out, needed{who, what})
		}
	}
	add(r.Owner, "answers for the release")
	tasks, err := work.TasksOf(tx, r.ID)
	if err != nil {
		return nil, err
	}
	for _, t := range tasks {
		due := t.Due
		if t.Offset != "" {
			due = t.Offset.From(w.Start)
		}
		if !t.Status.Ended() && due >= w.Start.Add(-nearby) && due <= w.End.Add(nearby) {
			add(t.Owner, "has the task "+t.Name)
		}
	}
	f := booking.Filter{Kind: "person", Release: string(r.ID)}
	f.States = append(f.States, "requested", "confirmed")
	bs, err := booking.Read(tx, f)
	for _, b := range bs {
		add(id.Person(b.Thing), "is booked for the release")
	}
	return out, err
}

// Foresee implements move.Witness.
func (p peopleWitness) Foresee(tx *db.Tx, r plan.Release, w plan.Window) ([]move.Hit, error) {
	list, away, names, err := p.away(tx, r, w)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var out []move.Hit
	free := 0
	for _, n := range list {
		days, is := away[n.person]
		if !is {
			free++
			continue
		}
		h := move.Hit{ID: string(n.person), Area: move.People, Thing: names[n.person].Name + " is away " + dayRange(days), Text: n.what, Word: move.Settle, Severity: move.Soft}
		deputy, err := p.deputy(tx, r, n.person, w)
		if err != nil {
			return nil, err
		}
		may, err := auth.Allowed(tx, "resource.request", plan.Scope(r))
		if err != nil {
			return nil, err
		}
		switch {
		case deputy.ID == "" && n.person == r.Owner:
			h.Severity, h.Text = move.Hard, n.what+". No named deputy is free"
		case deputy.ID == "":
			h.Text = n.what + ". No named deputy is free"
		case !may:
			h.Text = n.what + ". " + deputy.Name + " is a named deputy and free, and is to be asked by somebody who may"
		default:
			h.Text = n.what + ". " + deputy.Name + " is a named deputy and free"
			h.Choice = &move.Choice{Text: "Ask " + deputy.Name + " to stand in", Note: "for " + names[n.person].Name + ", " + move.When(tx, w.Start) + " to " + ui.Clock(w.End.Std(), move.Zone(tx)),
				Options: []move.Option{{Value: move.Ask, Text: "Ask " + deputy.Name}, {Value: move.Keep, Text: "Ask nobody"}}, Default: move.Ask}
		}
		out = append(out, h)
	}
	if free > 0 {
		out = append(out, move.Hit{ID: "free", Area: move.People, Thing: ui.Plural(free, "named person", "named people"), Text: "not away", Word: move.Fits})
	}
	return out, nil
}

// away is who is needed, and the days on which they are away, by person.
func (p peopleWitness) away(tx *db.Tx, r plan.Release, w plan.Window) ([]needed, map[id.Person]resource.Away, map[id.Person]auth.Person, error) {
	list, err := p.needs(tx, r, w)
	if err != nil || len(list) == 0 {
		return nil, nil, nil, err
	}
	ids := make([]id.Person, len(list))
	for i, n := range list {
		ids[i] = n.person
	}
	rows, err := p.resources.AwayBetween(tx, ids, w.Start, w.End)
	if err != nil {
		return nil, nil, nil, err
	}
	days := map[id.Person]resource.Away{}
	for _, x := range rows {
		if was, is := days[x.Person]; is {
			x.First, x.Last = min(x.First, was.First), max(x.Last, was.Last)
		}
		days[x.Person] = x
	}
	names, err := auth.PeopleByID(tx, ids...)
	return list, days, names, err
}

// dayRange writes days: "14 and 15 Dec", "14 to 18 Dec".
func dayRange(a resource.Away) string {
	first, last := a.First.Time(), a.Last.Time()
	switch n := a.Last.Sub(a.First); {
	case n == 0:
		return last.Format("on 2 Jan")
	case n == 1 && first.Month() == last.Month():
		return first.Format("2 and ") + last.Format("2 Jan")
	case first.Month() == last.Month():
		return first.Format("2 to ") + last.Format("2 Jan")
	}
	return first.Format("2 Jan to ") + last.Format("2 Jan")
}

// deputy is the first named deputy of a person who is active, not away, and neither booked nor needed by another release.
func (p peopleWitness) deputy(tx *db.Tx, r plan.Release, of id.Person, w plan.Window) (auth.Person, error) {
	ds, err := resource.DeputiesOf(tx, of)
	if err != nil || len(ds) == 0 {
		return auth.Person{}, err
	}
	away, err := p.resources.AwayBetween(tx, ds, w.Start, w.End)
	if err != nil {
		return auth.Person{}, err
	}
	who, err := auth.PeopleByID(tx, ds...)
	if err != nil {
		return auth.Person{}, err
	}
	for _, d := range ds {
		if !who[d].Active || slices.ContainsFunc(away, func(x resource.Away) bool { return x.Person == d }) {
			continue
		}
		f := booking.Filter{Kind: "person", Thing: string(d), From: w.Start, To: w.End}
		f.States = append(f.States, "confirmed")
		bs, err := booking.Read(tx, f)
		if err != nil {
			return auth.Person{}, err
		}
		if !slices.ContainsFunc(bs, func(b booking.Booking) bool { return b.Release != r.ID }) {
			return who[d], nil
		}
	}
	return auth.Person{}, nil
}

// Move implements move.Witness: deputies are asked.
func (p peopleWitness) Move(tx *db.Tx, r plan.Release, _ plan.Window, c move.Choices) ([]move.Moved, error) {
	var out []move.Moved
	for k, v := range c {
		who, is := strings.CutPrefix(k, string(move.People)+"/")
		if !is || v != move.Ask {
			continue
		}
		deputy, err := p.deputy(tx, r, id.Person(who), r.Window)
		if err != nil {
			return nil, err
		}
		day := string(resource.DayOf(r.Window.Start.Std(), move.Zone(tx)))
		minutes := max(15, min(7*24*60, int64(r.Window.End.Sub(r.Window.Start)/time.Minute)))
		q, err := p.capacity.AskTx(tx, capacity.NewRequest{Release: string(r.ID), Person: string(deputy.ID), Weekly: minutes, First: day, Last: day,
			Reason: "Stand in during the window, " + move.When(tx, r.Window.Start) + " to " + move.When(tx, r.Window.End) + ", for somebody who is away."})
		if err != nil {
			return nil, err
		}
		out = append(out, move.Moved{Kind: "request", ID: q.ID, After: r.Window.Start})
	}
	slices.SortFunc(out, func(a, b move.Moved) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

// Lanes implements move.Painter: a row for everybody who is needed and away in the span.
func (p peopleWitness) Lanes(tx *db.Tx, r plan.Release, w, span plan.Window) ([]move.Lane, error) {
	list, err := p.needs(tx, r, w)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ids := make([]id.Person, len(list))
	for i, n := range list {
		ids[i] = n.person
	}
	rows, err := p.resources.AwayBetween(tx, ids, span.Start, span.End)
	if err != nil {
		return nil, err
	}
	names, err := auth.PeopleByID(tx, ids...)
	var out []move.Lane
	for _, n := range list {
		l := move.Lane{Label: names[n.person].Name, Note: n.what}
		for _, x := range rows {
			if x.Person == n.person {
				l.Spans = append(l.Spans, move.Span{Kind: move.SpanAway, Text: "away", From: db.At(x.From), To: db.At(x.To)})
			}
		}
		if len(l.Spans) > 0 {
			out = append(out, l)
		}
	}
	return out, err
}
