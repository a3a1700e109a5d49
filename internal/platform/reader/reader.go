package reader

import (
	"context"
	"strings"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
)

// None is what is written for an instant that there is not.
const None = "–"

// Reader is for whom a page is drawn, and when.
type Reader struct {
	Now  time.Time
	Zone *time.Location
	Me   id.Person // none for nobody
}

// Of returns the viewer of a context at an instant; UTC and nobody if nobody has signed in.
func Of(ctx context.Context, now time.Time) Reader {
	r := Reader{Now: now, Zone: time.UTC}
	if v, ok := auth.Viewer(ctx); ok {
		r.Zone, r.Me = v.Zone(), v.Person
	}
	return r
}

// In returns the viewer of a transaction at its instant.
func In(tx *db.Tx) Reader { return Of(tx.Context(), tx.Now.Std()) }

// Near writes an instant as people say it, at the start of a sentence or alone: "Today 21:00".
func (r Reader) Near(t db.Time) string {
	if t.IsZero() {
		return None
	}
	return ui.Near(t.Std(), r.Now, r.Zone)
}

// Mid writes an instant as the middle of a sentence has it: "today 21:00".
func (r Reader) Mid(t db.Time) string {
	if t.IsZero() {
		return None
	}
	return uiverdict.NearMid(t.Std(), r.Now, r.Zone)
}

// NearDay writes an instant as people say it, without the time where it names a date: "Today 21:00", "Thu 19 Nov".
func (r Reader) NearDay(t db.Time) string {
	day, _, _ := strings.Cut(r.Near(t), ", ")
	return day
}

// Day writes the date of an instant: "Thu 19 Nov".
func (r Reader) Day(t db.Time) string {
	if t.IsZero() {
		return None
	}
	return ui.Date(t.Std(), r.Now, r.Zone)
}

// Between writes a stretch of time with its zone: "Thu 19 Nov, 21:00 to 23:30 CET".
func (r Reader) Between(from, to db.Time) string {
	return ui.Period(from.Std(), to.Std(), r.Now, r.Zone)
}

// Local writes an instant as a field for date and time has it, nothing for none.
func (r Reader) Local(t db.Time) string {
	if t.IsZero() {
		return ""
	}
	return ui.DateTimeValue(t.Std(), r.Zone)
}

// Midnight is the start of the reader's day that an instant is in.
func (r Reader) Midnight(t time.Time) time.Time {
	y, m, d := t.In(r.Zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, r.Zone)
}
