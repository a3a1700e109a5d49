package calendarweb

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendarweb/bookpage"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// entry is a row of the agenda.
type entry struct {
	id         string
	start, end db.Time
	whole      bool   // days, and no hours
	icon       string // in place of a shape
	mark       Mark
	name, href string
	note       string
	clash      bool
	move       string // the form that moves it, "" for what does not move
	release    plan.Release
}

const (
	agendaPage = 100
	listMax    = 100 // under a month
)

// layAgenda gathers a page of everything that begins in the view by its start, and returns its releases.
func (v *view) layAgenda(tx *db.Tx) ([]plan.Release, error) {
	from, behind, err := v.cursor()
	if err != nil {
		return nil, err
	}
	bs, err := v.readBookings(tx, booking.Filter{From: from, AfterFrom: from, AfterID: "0", Limit: 2*agendaPage + 1})
	if err != nil {
		return nil, err
	}
	v.bookings = bs
	all := v.everything()
	if v.Freezes != "hide" && !v.Conflicts && v.Kind == "" {
		all = append(all, v.starts()...)
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Or(cmp.Compare(a.start, b.start), strings.Compare(a.id, b.id)) })
	all = slices.DeleteFunc(all, func(e entry) bool {
		return e.start < from || behind != "" && e.start == from && e.id <= behind
	})
	if len(all) > agendaPage {
		last := all[agendaPage-1]
		v.next = v.url(func(q *query) { q.After = strconv.FormatInt(int64(last.start), 10) + "-" + last.id })
		all = all[:agendaPage]
	}
	v.entries = all
	return releasesOf(v.entries), nil
}

// cursor reads behind which entry the page begins.
func (v *view) cursor() (db.Time, string, error) {
	if v.After == "" {
		return db.At(v.from), "", nil
	}
	text, behind, ok := strings.Cut(v.After, "-")
	n, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil || db.Time(n) < db.At(v.from) || db.Time(n) > db.At(v.to) {
		return 0, "", errs.InvalidField("after", "list.place", "This place is not in the list. Begin with its first page.")
	}
	return db.Time(n), behind, nil
}

// layList is the list under a month or a quarter: the entries that begin in it.
func (v *view) layList() []plan.Release {
	from, to := db.At(v.first), db.At(v.first.AddDate(0, 1, 0))
	if v.View == quarter {
		to = db.At(v.to)
	}
	all := slices.DeleteFunc(v.everything(), func(e entry) bool { return e.start < from || e.start >= to })
	slices.SortFunc(all, func(a, b entry) int { return cmp.Or(cmp.Compare(a.start, b.start), strings.Compare(a.id, b.id)) })
	if len(all) > listMax {
		all = all[:listMax]
		v.next = v.url(func(q *query) { q.View, q.At = agenda, v.first.Format("2006-01") })
	}
	v.entries = all
	return releasesOf(v.entries)
}

func releasesOf(es []entry) []plan.Release {
	var out []plan.Release
	for _, e := range es {
		if e.release.ID != "" {
			out = append(out, e.release)
		}
	}
	return out
}

// everything is each release, booking and imported event of the view as an entry.
func (v *view) everything() []entry {
	out := make([]entry, 0, len(v.survey.Releases)+len(v.bookings)+len(v.imported))
	for _, r := range v.survey.Releases {
		e := entry{id: string(r.ID), start: r.Window.Start, end: r.Window.End, name: r.Name, href: "/releases/" + r.Key, clash: v.clashing[string(r.ID)], release: r}
		if len(r.EnvironmentKeys) > 0 {
			e.note = ui.List(r.EnvironmentKeys...)
		}
		if v.dragRelease(r) != "" {
			e.move = v.p.Move(v.Look, r.Key, 0)
		}
		out = append(out, e)
	}
	for _, b := range v.bookings {
		s, word := bookpage.StateOf(b)
		e := entry{id: string(b.ID), start: b.From, end: b.To, icon: "bookmark", mark: Mark{State: s, Word: strings.ToLower(word)}, name: b.ThingName + " booked for " + b.For(), href: bookpage.URL(b), clash: v.clashing[string(b.ID)]}
		if b.ByName != "" {
			e.note = "asked for by " + b.ByName
		}
		if dragBooking(b) != "" {
			e.move = bookpage.URL(b) + "/move"
		}
		out = append(out, e)
	}
	for _, x := range v.imported {
		out = append(out, entry{id: x.UID, start: x.Start, end: x.End, whole: x.FirstDay != "", icon: "globe", mark: Mark{Word: string(x.Kind)}, name: x.Summary, href: "/calendar/sources/" + x.SourceKey, note: x.SourceName})
	}
	return out
}

// starts is each start of a freeze in the view.
func (v *view) starts() []entry {
	var out []entry
	for _, x := range v.freezes {
		for _, span := range x.Spans {
			out = append(out, entry{id: string(x.ID), start: span.Start, end: span.End, mark: Mark{State: ui.Freeze, Word: x.Hardness() + " freeze"}, name: x.Name, href: frame.Href(x.Period), note: frame.Reach(x.Scope)})
		}
	}
	return out
}

// agendaDay is what begins on one day.
type agendaDay struct {
	date    time.Time
	entries []entry
}

// days are the entries by the day on which they begin.
func (v *view) days() []agendaDay {
	var out []agendaDay
	for _, e := range v.entries {
		d := v.Midnight(e.start.Std())
		if n := len(out); n == 0 || !out[n-1].date.Equal(d) {
			out = append(out, agendaDay{date: d})
		}
		last := &out[len(out)-1]
		last.entries = append(last.entries, e)
	}
	return out
}

// row is how an entry is drawn, once it is known how its release stands.
func (v *view) row(e entry) Mark {
	if e.release.ID != "" {
		return v.markOf(e.release)
	}
	return e.mark
}
