package impactpage

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/book"
	"slipway/internal/calendar/calendarweb/clashpage"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/clash"
	"slipway/internal/calendar/harm"
	"slipway/internal/calendar/impact"
	"slipway/internal/calendar/place"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// row is a service of a release with what is stated for it.
type row struct {
	key, name string
	impact    *impact.Impact // nil if nothing is stated
	by        string         // who stated it
	left      bool           // the release no longer carries it
}

// showView is the page of what a release does to users.
type showView struct {
	frame.Look
	release   plan.Release
	rows      []row
	stated    int
	offers    []harm.Offer
	earliest  db.Time // before it users cannot be told in time; none if they need not be
	anew      db.Time // the same of those who were told, for another date
	from, to  db.Time // the span that dependencies leave; none where they set no bound
	conflicts []clashpage.Card
	busy      []calendar.Listed
	mayNot    string
	errors    ui.Errors
	move      func(start db.Time) string
}

const (
	busyAhead = 60 * 24 * time.Hour
	busyMost  = 8
	searched  = 60 * 24 * time.Hour // how far ahead times are offered
)

// read reads the page in one snapshot.
func (p pages) read(ctx context.Context, ref string) (showView, error) {
	v := showView{Look: p.Look(ctx)}
	err := p.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
			return err
		}
		if v.release, err = plan.ReleaseByRef(tx, ref); err != nil {
			return err
		}
		if v.mayNot, err = mayNot(tx, v.release); err != nil {
			return err
		}
		if err := v.services(tx); err != nil {
			return err
		}
		if v.release.Ended() {
			return nil
		}
		if v.offers, err = p.Harm.WindowsTx(tx, v.release, harm.Want{}); err != nil {
			return err
		}
		if v.from, v.to, err = p.Conflicts.Bounds(tx, v.release.ID); err != nil {
			return err
		}
		return v.around(tx, p.Frame)
	})
	v.move = func(start db.Time) string { return p.Move(v.Look, v.release.Key, start) }
	return v, err
}

// services reads what the manifest carries and what is stated for it, those of which something is stated first.
func (v *showView) services(tx *db.Tx) error {
	items, err := plan.Manifest(tx, v.release.ID)
	if err != nil {
		return err
	}
	all, err := impact.OfTx(tx, v.release)
	if err != nil {
		return err
	}
	v.stated = len(all)
	var people []id.Person
	for _, i := range all {
		people = append(people, id.Person(i.ChangedBy))
		switch by := tx.Now.Add(time.Duration(i.NoticeHours) * time.Hour); {
		case i.NoticeHours == 0:
		case i.NoticeAt.IsZero():
			v.earliest = max(v.earliest, by)
		case !i.Known.IsZero():
			v.anew = max(v.anew, by)
		}
	}
	who, err := auth.PeopleByID(tx, people...)
	if err != nil {
		return err
	}
	for _, i := range all {
		x := row{key: i.ServiceKey, name: i.ServiceName, impact: &i, by: who[id.Person(i.ChangedBy)].Name}
		x.left = !slices.ContainsFunc(items, func(m plan.ManifestItem) bool { return m.Service == i.Service })
		v.rows = append(v.rows, x)
	}
	for _, m := range items {
		if !slices.ContainsFunc(all, func(i impact.Impact) bool { return i.Service == m.Service }) {
			v.rows = append(v.rows, row{key: m.ServiceKey, name: m.ServiceName})
		}
	}
	return nil
}

// around reads the conflicts of what is planned, and the busy times of the release's places.
func (v *showView) around(tx *db.Tx, f *frame.Frame) error {
	cs, err := f.Conflicts.Read(tx, clash.Filter{Release: v.release.ID, From: tx.Now})
	if err != nil {
		return err
	}
	v.conflicts = clashpage.Gather(slices.DeleteFunc(cs, func(c clash.Conflict) bool { return c.Code != clash.BusyTime && c.Code != clash.NoticeShort }))
	for i := range v.conflicts {
		v.conflicts[i].Look = v.Look
	}
	at, err := place.Of(tx, v.release)
	if err != nil {
		return err
	}
	all, err := f.Calendar.Periods(tx, calendar.Filter{Kind: calendar.Busy, From: tx.Now, To: tx.Now.Add(busyAhead)})
	if err != nil {
		return err
	}
	for _, b := range all {
		if b.Next != nil && slices.ContainsFunc(at[v.release.ID], func(pl book.Place) bool { return b.Scope.Takes(pl) }) {
			v.busy = append(v.busy, b)
		}
	}
	slices.SortStableFunc(v.busy, func(a, b calendar.Listed) int { return int(min(max(a.Next.Start-b.Next.Start, -1), 1)) })
	v.busy = v.busy[:min(len(v.busy), busyMost)]
	return nil
}

func (v showView) page() web.Page {
	return web.Page{Title: "Impact on users", Live: []string{"release/" + string(v.release.ID), "conflicts", "busies"}, Body: showBody(v)}
}

func (p pages) show(w http.ResponseWriter, r *http.Request) error {
	v, err := p.read(r.Context(), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return p.render(w, r, v.release.Key, v.page())
}

// rev is the version of a row as its buttons send it.
func (x row) rev() map[string]string {
	return map[string]string{"rev": strconv.FormatInt(x.impact.Rev, 10)}
}

// drawn is how a row is drawn and the word beside it.
func (x row) drawn() (ui.State, string) {
	if x.impact == nil {
		return ui.Skip, "Nothing stated"
	}
	return state(x.impact.Notice)
}

// word is the word beside a row.
func (x row) word() string {
	_, word := x.drawn()
	return word
}

// title says what is planned for a service.
func (x row) title() string {
	if x.impact == nil {
		return x.name
	}
	return what(*x.impact)
}

// note says whom it hits and where the notice stands, or that nothing is stated.
func (v showView) note(x row) string {
	if x.impact == nil {
		return "Nothing is planned that its users would notice."
	}
	s := whom(*x.impact) + " " + told(v.Look, *x.impact)
	if x.left {
		s += " The release no longer carries the service."
	}
	return s
}

// stamp says who stated it, and when.
func (v showView) stamp(x row) string {
	who := x.by
	if who == "" {
		who = "a token"
	}
	return "Stated by " + who + ", " + v.Mid(x.impact.ChangedAt) + "."
}

// why is what the rank of an offer rests on, with instants as the viewer says them.
func (v showView) why(o harm.Offer) string {
	return uiverdict.Told(strings.Join(o.Why, " "), v.Now, v.Zone)
}

// offerState is how an offer is drawn.
func offerState(o harm.Offer, now time.Time) (ui.State, string) {
	switch {
	case o.HarmMinutes > 0:
		return ui.Hold, "Does harm"
	case len(o.Busy) > 0, !o.TellBy.IsZero() && o.TellBy.Std().Sub(now) < harm.ShortNotice:
		return ui.GoIf, "Does little harm"
	}
	return ui.Go, "Does least harm"
}

// leftOut says why other times are not offered.
func (v showView) leftOut() string {
	var out []string
	switch {
	case v.anew > v.earliest:
		out = append(out, "Users who were told one date are owed their notice of another, so that no other before "+v.Mid(v.anew)+" is offered.")
	case !v.earliest.IsZero():
		out = append(out, "Users who were not told yet are owed their notice, so that nothing before "+v.Mid(v.earliest)+" is offered.")
	}
	if s := v.narrowed(); s != "" {
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

// narrowed says how dependencies narrow the time in which the release can go, "" if they do not within the days that are searched.
func (v showView) narrowed() string {
	now := db.At(v.Now)
	return harm.Narrowed(v.from, v.to, now, now.Add(searched), v.Mid)
}

// nothing is the heading where no time is offered.
func (v showView) nothing() string {
	if v.narrowed() != "" {
		return "No time is free that its dependencies leave"
	}
	return "No time is free within 60 days"
}

// when says when a busy time is on.
func (v showView) when(b calendar.Listed) string {
	s := v.Between(b.Next.Start, b.Next.End)
	if b.Active {
		return "Now, " + s
	}
	return s
}
