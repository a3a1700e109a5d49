package harm

import (
	"context"
	"slices"
	"time"

	"slipway/internal/calendar/clash"
	"slipway/internal/calendar/impact"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Offer is a time at which a release could go, with the harm that it does there.
type Offer struct {
	Start       db.Time  `json:"start"`
	End         db.Time  `json:"end"`
	HarmMinutes int64    `json:"harmMinutes" doc:"Of planned downtime and degradation in busy times; of the time itself where nothing is stated"`
	Busy        []string `json:"busy,omitempty" doc:"Names of the busy times that it falls in"`
	NearMinutes int64    `json:"nearMinutes" doc:"Of busy times within a day before and behind it"`
	Near        []string `json:"near,omitempty" doc:"Names of the busy times around it"`
	TellBy      db.Time  `json:"tellBy,omitzero" doc:"When users who are owed a notice must be told at the latest, if it is taken"`
	Why         []string `json:"why" doc:"What its rank rests on, in sentences"`
}

// Want narrows what is looked for.
type Want struct {
	From, To db.Time       // from when users can be told in time, and up to 60 days behind the present window, if 0
	Length   time.Duration // that of the release's window, if 0; two hours for a release without one
	N        int           // how many; 5 if 0, 20 at most
}

// span fills what is left out of the span in which times are looked for.
func (w *Want) span(now, near db.Time) {
	w.From = max(w.From, now)
	if w.To.IsZero() {
		w.To = max(w.From, near).Add(days * 24 * time.Hour)
	}
}

const (
	offered       = 5
	searched      = 20
	days          = 60             // before and behind the present window, at its time of day
	distinct      = 20 * time.Hour // between offers of different days
	defaultLength = 2 * time.Hour
)

// Harm is the service of the wing.
type Harm struct {
	db        *db.DB
	conflicts *clash.Conflicts
}

// New returns the service over a migrated database.
func New(d *db.DB, c *clash.Conflicts) *Harm { return &Harm{d, c} }

// Windows returns the free times of a release, the least harmful first. Each is free as clash.FreeSlots finds it: open, with nothing
// in the way, and late enough that users can still be told in time. It fails with errs.NotFound if the caller may not see the
// release, and with errs.Blocked for a release that has ended.
func (h *Harm) Windows(ctx context.Context, release string, w Want) (Found, error) {
	var out Found
	err := h.db.Read(ctx, func(tx *db.Tx) error {
		if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
			return err
		}
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return err
		}
		if r.Ended() {
			return errs.Blocked("release.ended", "%s is %s.", r.Name, r.State.Words())
		}
		if out.Items, err = h.WindowsTx(tx, r, w); err != nil {
			return err
		}
		out.After, out.Before, err = h.conflicts.Bounds(tx, r.ID)
		w.span(tx.Now, r.Window.Start)
		out.Narrowed = Narrowed(out.After, out.Before, w.From, w.To, func(t db.Time) string { return t.Std().UTC().Format(stamp) })
		return err
	})
	return out, err
}

// WindowsTx is Windows inside the caller's snapshot. It checks no permission and costs what two searches for free times do.
func (h *Harm) WindowsTx(tx *db.Tx, r plan.Release, w Want) ([]Offer, error) {
	impacts, err := impact.OfTx(tx, r)
	if err != nil {
		return nil, err
	}
	w.span(tx.Now, r.Window.Start)
	if w.N <= 0 {
		w.N = offered
	}
	if w.Length <= 0 && r.Window.IsZero() {
		w.Length = defaultLength
	}
	m := measurer{now: tx.Now, near: r.Window.Start, impacts: impacts}
	known, anew := m.told()
	order := func(a, b clash.Slot) int { return Compare(m.of(a), m.of(b)) }
	want := clash.Want{Release: r.ID, Length: w.Length, From: w.From, To: w.To, N: searched, Around: Around, Order: order}
	slots, err := h.conflicts.FreeAt(tx, want, known)
	if err != nil {
		return nil, err
	}
	want.From = max(want.From, anew)
	if want.From < want.To {
		more, err := h.elsewhere(tx, r, want)
		if err != nil {
			return nil, err
		}
		slots = append(slots, more...)
	}
	slots = slices.DeleteFunc(slots, func(s clash.Slot) bool { return m.of(s).late() })
	slices.SortStableFunc(slots, order)
	out := []Offer{}
	for _, s := range pick(slots, w.N, order) {
		x := m.of(s)
		o := Offer{Start: s.Start, End: s.End, HarmMinutes: s.HarmMinutes, Busy: s.Busy, NearMinutes: s.NearMinutes, Near: s.Near, Why: x.Why()}
		if x.Owed > 0 {
			o.TellBy = db.At(x.TellBy)
		}
		out = append(out, o)
	}
	return out, nil
}

// elsewhere returns what is free from when everybody can be told: times near the one that is wanted, and those at its time of day.
func (h *Harm) elsewhere(tx *db.Tx, r plan.Release, want clash.Want) ([]clash.Slot, error) {
	slots, err := h.conflicts.FreeSlots(tx, want)
	if err != nil {
		return nil, err
	}
	same, err := h.conflicts.FreeAt(tx, want, daily(tx, r.Window.Start))
	return append(slots, same...), err
}

// daily returns the starts at the time of day of a window, on the caller's clock, for as many days as are searched; none without one.
func daily(tx *db.Tx, start db.Time) []db.Time {
	if start.IsZero() {
		return nil
	}
	zone := time.UTC
	if v, ok := auth.Viewer(tx.Context()); ok {
		zone = v.Zone()
	}
	at := start.Std().In(zone)
	out := make([]db.Time, 0, 2*days+1)
	for d := -days; d <= days; d++ {
		if t := db.At(at.AddDate(0, 0, d)); t >= tx.Now {
			out = append(out, t)
		}
	}
	return out
}

// pick takes n slots in their order: of those that do as little harm as the first one, one a day, and then whatever overlaps none of
// these.
func pick(ranked []clash.Slot, n int, order func(a, b clash.Slot) int) []clash.Slot {
	var out []clash.Slot
	take := func(s clash.Slot, apart time.Duration) {
		if len(out) < n && !slices.ContainsFunc(out, func(o clash.Slot) bool {
			return o.Start < s.End && s.Start < o.End || s.Start.Sub(o.Start).Abs() < apart
		}) {
			out = append(out, s)
		}
	}
	for _, s := range ranked {
		if s.HarmMinutes == ranked[0].HarmMinutes && len(s.Busy) == len(ranked[0].Busy) {
			take(s, distinct)
		}
	}
	for _, s := range ranked {
		take(s, 0)
	}
	slices.SortStableFunc(out, order)
	return out
}

// measurer says what a free time is ranked by.
type measurer struct {
	now, near db.Time
	impacts   []impact.Impact
}

func (m measurer) of(s clash.Slot) Measure {
	x := Measure{Harm: time.Duration(s.HarmMinutes) * time.Minute, Busy: s.Busy, Near: time.Duration(s.NearMinutes) * time.Minute, Around: s.Near, Start: s.Start.Std()}
	if near := m.near; !near.IsZero() {
		x.Away = s.Start.Sub(near).Abs()
		hour := x.Away % (24 * time.Hour)
		x.Other = min(hour, 24*time.Hour-hour) > time.Hour // a clock change moves it by one
	}
	for _, i := range m.impacts {
		owed := time.Duration(i.NoticeHours) * time.Hour
		switch {
		case owed == 0:
			continue
		case i.Dateless():
			x.Dateless = true
			continue
		case !i.Told(s.Start).IsZero():
			x.Told = true
			continue
		}
		x.Owed = max(x.Owed, owed)
		if i.NoticeAt.IsZero() {
			x.New = true
		} else {
			x.Anew = true
		}
	}
	if x.Owed > 0 {
		by := s.Start.Add(-x.Owed)
		x.TellBy, x.Left = by.Std(), by.Sub(m.now)
	}
	return x
}

// told returns the starts still to come that users were told, and from when every one can be told of another.
func (m measurer) told() (known []db.Time, anew db.Time) {
	for _, i := range m.impacts {
		if i.NoticeHours == 0 || i.Dateless() {
			continue
		}
		if anew = max(anew, m.now.Add(time.Duration(i.NoticeHours)*time.Hour)); i.Known > m.now && !slices.Contains(known, i.Known) {
			known = append(known, i.Known)
		}
	}
	return known, anew
}
