package moving

import (
	"slices"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/clash"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/move"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// timeWitness knows windows, freezes, environments and other releases.
type timeWitness struct {
	still
	calendar  *calendar.Calendar
	conflicts *clash.Conflicts
}

// Foresee implements move.Witness.
func (t timeWitness) Foresee(tx *db.Tx, r plan.Release, w plan.Window) ([]move.Hit, error) {
	found, err := t.conflicts.Would(tx, r.ID, w)
	if err != nil {
		return nil, err
	}
	all, scopes, err := auth.Scopes(tx, "calendar.read")
	if err != nil {
		return nil, err
	}
	var out []move.Hit
	hit := map[string]bool{} // environments
	for _, c := range found {
		if c.Code == clash.OutOfOrder || c.Code == clash.PersonAway {
			continue // dependants and people are told apart
		}
		h := move.Hit{ID: c.Print, Area: move.Environments, Thing: conflictThing(c, r), Text: c.Text, Word: move.Settle, Severity: move.Soft}
		if c.Severity == clash.Serious {
			h.Severity = move.Hard
		}
		if !all && hidden(c, scopes) {
			h.Text = clash.Words(c.Code)
		}
		switch c.Code {
		case clash.WindowClosed, clash.NeedsApproval, clash.BusyTime, clash.NoticeShort, clash.WindowBooked:
			h.Area = move.Windows
		case clash.PersonTwice:
			h.Area = move.People
		}
		hit[c.Environment] = true
		out = append(out, h)
	}
	if !all && len(scopes) == 0 {
		return out, nil
	}
	for _, e := range r.EnvironmentKeys {
		more, err := t.fits(tx, r, w, e, hit[e])
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return once(out), nil
}

// conflictThing names what a conflict is about, beside the release itself.
func conflictThing(c clash.Conflict, r plan.Release) string {
	for _, p := range c.Parties {
		if p.Kind == clash.PartyRelease && p.ID != string(r.ID) && c.Code != clash.PersonTwice {
			return p.Name
		}
	}
	for _, s := range []string{c.Thing, c.Environment} {
		if s != "" {
			return s
		}
	}
	return "The window"
}

// hidden reports whether a party is of a product that the caller may not see.
func hidden(c clash.Conflict, scopes []auth.Scope) bool {
	return slices.ContainsFunc(c.Parties, func(p clash.Party) bool {
		return p.Product != "" && !slices.ContainsFunc(scopes, func(s auth.Scope) bool { return s.Covers(plan.ScopeOf(p.Product)) })
	})
}

// aheadOf is how far behind a window the next freeze still matters.
const aheadOf = 14 * 24 * time.Hour

// fits says what is open for a window in an environment and how near the next freeze is.
func (t timeWitness) fits(tx *db.Tx, r plan.Release, w plan.Window, environment string, hit bool) ([]move.Hit, error) {
	found, err := t.calendar.Stretches(tx, calendar.SurveyFilter{From: w.Start, To: w.End.Add(aheadOf), Environment: environment, Product: r.ProductKey}, calendar.Window, calendar.Freeze)
	if err != nil {
		return nil, err
	}
	var out []move.Hit
	for _, p := range found {
		for _, s := range p.Spans {
			switch {
			case p.Kind == calendar.Window && s.Start <= w.Start && s.End >= w.End && !hit:
				out = append(out, move.Hit{ID: "window/" + string(p.ID), Area: move.Windows, Thing: p.Name + ", " + move.When(tx, s.Start) + " to " + ui.Clock(s.End.Std(), move.Zone(tx)), Text: "free", Word: move.Fits})
			case p.Kind == calendar.Freeze && s.Start >= w.End:
				out = append(out, move.Hit{ID: "freeze/" + string(p.ID), Area: move.Windows, Thing: p.Name + " starts " + move.When(tx, s.Start), Text: ui.Duration(s.Start.Sub(w.End)) + " after the window", Word: move.Fits})
			default:
				continue
			}
			break
		}
	}
	if !hit {
		out = append(out, move.Hit{ID: environment, Area: move.Environments, Thing: environment, Text: "open, and nobody else goes there", Word: move.Fits})
	}
	return out, nil
}

// once leaves one of each hit: a freeze may cover several environments.
func once(hits []move.Hit) []move.Hit {
	met := map[string]bool{}
	return slices.DeleteFunc(hits, func(h move.Hit) bool {
		k := string(h.Area) + h.ID
		was := met[k]
		met[k] = true
		return was
	})
}

// Lanes implements move.Painter: one row for each environment, with both windows, freezes and who else goes there.
func (t timeWitness) Lanes(tx *db.Tx, r plan.Release, w, span plan.Window) ([]move.Lane, error) {
	all, scopes, err := auth.Scopes(tx, "calendar.read")
	if err != nil || !all && len(scopes) == 0 {
		return nil, err
	}
	var out, closed []move.Lane
	at := map[calendar.ID]int{}
	for _, e := range r.EnvironmentKeys {
		s, err := t.calendar.ReadSpan(tx, calendar.SurveyFilter{From: span.Start, To: span.End, Environment: e})
		if err != nil {
			return nil, err
		}
		l := move.Lane{Label: e, Note: "environment", Spans: []move.Span{}}
		if !r.Window.IsZero() {
			l.Spans = append(l.Spans, move.Span{Kind: move.SpanOld, Text: "old, " + shortly(tx, r.Window.Start), From: r.Window.Start, To: r.Window.End})
		}
		l.Spans = append(l.Spans, move.Span{Kind: move.SpanNew, Text: "new, " + shortly(tx, w.Start), From: w.Start, To: w.End})
		l.Spans = append(l.Spans, others(s, r.ID)...)
		out, closed = append(out, l), freezes(closed, at, s, e)
	}
	return append(out, closed...), nil
}

func shortly(tx *db.Tx, t db.Time) string { return t.Std().In(move.Zone(tx)).Format("2 Jan 15:04") }

func others(s calendar.Survey, r id.Release) []move.Span {
	var out []move.Span
	for _, x := range s.Releases {
		if x.ID != r {
			out = append(out, move.Span{Kind: move.SpanOther, Text: x.Name, From: x.Window.Start, To: x.Window.End, Href: "/releases/" + x.Key})
		}
	}
	return out
}

// freezes adds a row for each freeze of an environment in the span; one that is there already goes for this environment as well.
func freezes(lanes []move.Lane, at map[calendar.ID]int, s calendar.Survey, environment string) []move.Lane {
	for _, p := range s.Periods {
		if p.Kind != calendar.Freeze || len(p.Spans) == 0 {
			continue
		}
		if i, there := at[p.ID]; there {
			lanes[i].Note += ", " + environment
			continue
		}
		kind := move.SpanSoftFreeze
		if p.Hard {
			kind = move.SpanFreeze
		}
		l := move.Lane{Label: p.Name, Note: "freeze, " + environment}
		for _, x := range p.Spans {
			l.Spans = append(l.Spans, move.Span{Kind: kind, Text: p.Name, From: x.Start, To: x.End, Href: "/calendar/freezes/" + p.Key})
		}
		at[p.ID] = len(lanes)
		lanes = append(lanes, l)
	}
	return lanes
}
