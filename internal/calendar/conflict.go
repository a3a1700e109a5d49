package calendar

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"slipway/internal/calendar/book"
	"slipway/internal/calendar/period"
	"slipway/internal/calendar/place"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// The codes of conflicts.
const (
	ConflictOverlap  = "calendar.releases_overlap" // two releases, one service and environment, at the same time
	ConflictClosed   = "calendar.window_closed"    // the window of a release lies in closed time
	ConflictApproval = "calendar.needs_approval"   // it lies in a soft freeze whose owner was not asked or did not agree
)

// Conflict is one way in which the plans for a time do not go together.
type Conflict struct {
	Code        string       `json:"code"`
	Text        string       `json:"text"`
	Next        string       `json:"next"`
	Releases    []InConflict `json:"releases"`
	Environment string       `json:"environment"` // key
	Services    []string     `json:"services"`    // keys
	From        db.Time      `json:"from"`
	To          db.Time      `json:"to"`
	Period      ID           `json:"period,omitempty"` // the freeze, if one is the cause
	Owner       string       `json:"owner,omitempty"`  // of the freeze
}

// InConflict is a release of a conflict.
type InConflict struct {
	ID    id.Release `json:"id"`
	Key   string     `json:"key"`
	Name  string     `json:"name"`
	State plan.State `json:"state"`
	Start db.Time    `json:"start"`
	End   db.Time    `json:"end"`
}

// spanMax bounds the span of questions over many releases.
const (
	spanMax     = 366 * 24 * time.Hour
	releasesMax = 2_000
)

func checkSpan(from, to db.Time) error {
	switch {
	case from.IsZero() || to.IsZero() || to <= from:
		return errs.InvalidField("to", "span.empty", "Give a span whose end lies behind its start.")
	case to.Sub(from) > spanMax:
		return errs.InvalidField("to", "span.too_long", "A span has at most 366 days.")
	}
	return nil
}

// Conflicts returns every conflict of the releases that the caller may see and whose windows touch a span, by time. All
// hits are listed. It fails with errs.Invalid for a span that is empty or longer than a year.
func (c *Calendar) Conflicts(ctx context.Context, from, to db.Time) ([]Conflict, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Conflict, error) {
		if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
			return nil, err
		}
		if err := checkSpan(from, to); err != nil {
			return nil, err
		}
		m, err := c.survey(tx, plan.Filter{From: from, To: to})
		if err != nil {
			return nil, err
		}
		return m.Conflicts, nil
	})
}

// ConflictsOf returns the conflicts of one release with the calendar and with every other release that the caller may see.
func (c *Calendar) ConflictsOf(tx *db.Tx, r plan.Release) ([]Conflict, error) {
	if r.Window.IsZero() {
		return nil, nil
	}
	m, err := c.survey(tx, plan.Filter{From: r.Window.Start, To: r.Window.End})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(m.Conflicts, func(c Conflict) bool {
		return !slices.ContainsFunc(c.Releases, func(x InConflict) bool { return x.ID == r.ID })
	}), nil
}

// surveyed is a span of the calendar with what stands in its own way.
type surveyed struct {
	releases  []plan.Release
	places    map[id.Release][]book.Place
	book      *book.Book
	pass      map[id.Release]book.Passes
	Conflicts []Conflict
}

func (c *Calendar) survey(tx *db.Tx, f plan.Filter) (surveyed, error) {
	var m surveyed
	var err error
	if m.releases, err = plan.Between(tx, f, releasesMax); err != nil {
		return m, err
	}
	if m.places, err = place.Of(tx, m.releases...); err != nil {
		return m, err
	}
	e, err := c.shelf.Show(tx)
	if err != nil {
		return m, err
	}
	from := f.From
	for _, r := range m.releases {
		from = min(from, r.Window.Start)
	}
	m.book = e.Book(from)
	if m.pass, err = period.PassesByRelease(tx, identifiers(m.releases)...); err != nil {
		return m, err
	}
	if err := m.shut(tx.Now); err != nil {
		return m, err
	}
	m.overlaps()
	slices.SortStableFunc(m.Conflicts, func(a, b Conflict) int {
		return cmp.Or(cmp.Compare(a.From, b.From), strings.Compare(a.Releases[0].Key, b.Releases[0].Key))
	})
	return m, nil
}

// shut finds the windows of releases that lie in closed time. What is over is history, not a conflict.
func (m *surveyed) shut(now db.Time) error {
	for _, r := range m.releases {
		if !ahead(r.State) || r.Window.End <= now {
			continue
		}
		from := max(r.Window.Start, now)
		at := map[string]int{}
		for _, pl := range m.places[r.ID] {
			f, err := m.book.Fits(pl, from.Std(), r.Window.End.Std(), m.pass[r.ID])
			if err != nil {
				return err
			}
			if f.State == Open {
				continue
			}
			k := pl.Environment + " " + f.Reason.Code + " " + f.Reason.Period
			if i, ok := at[k]; ok {
				m.Conflicts[i].Services = append(m.Conflicts[i].Services, pl.Service)
				continue
			}
			at[k] = len(m.Conflicts)
			c := Conflict{Code: ConflictClosed, Releases: []InConflict{inConflict(r)}, Environment: pl.Environment, Services: []string{pl.Service},
				From: db.At(f.From), To: db.At(f.To), Owner: f.Reason.Owner}
			c.Text = fmt.Sprintf("The window of %s is not open in %s: %s", r.Name, pl.Environment, f.Reason.Clause())
			c.Next = "Move the release into open time, or change the calendar."
			if f.Reason.Code == "calendar.freeze_hard" || f.Reason.Code == "calendar.freeze_soft" {
				c.Period = ID(f.Reason.Period)
			}
			if f.State == NeedsApproval {
				c.Code, c.Next = ConflictApproval, "Ask "+orSomebody(f.Reason.Owner)+" to let the release pass, or move it."
			}
			m.Conflicts = append(m.Conflicts, c)
		}
	}
	return nil
}

// overlaps finds releases whose windows share time, a service and an environment.
func (m *surveyed) overlaps() {
	var rs []plan.Release
	var stays []book.Stay
	for _, r := range m.releases {
		if ahead(r.State) && !r.Window.IsZero() {
			rs = append(rs, r)
			stays = append(stays, book.Stay{From: int64(r.Window.Start), To: int64(r.Window.End), Places: m.places[r.ID]})
		}
	}
	for _, o := range book.Overlaps(stays) {
		a, b := rs[o.First], rs[o.Second]
		m.Conflicts = append(m.Conflicts, Conflict{Code: ConflictOverlap, Releases: []InConflict{inConflict(a), inConflict(b)}, Environment: o.Environment, Services: o.Services,
			Text: fmt.Sprintf("%s and %s both change %s in %s at the same time.", a.Name, b.Name, and(o.Services), o.Environment),
			From: b.Window.Start, To: min(a.Window.End, b.Window.End), Next: "Move one of them, or take the service out of one."})
	}
}

func inConflict(r plan.Release) InConflict {
	return InConflict{r.ID, r.Key, r.Name, r.State, r.Window.Start, r.Window.End}
}

// and joins words as a sentence has them; of many it names three.
func and(words []string) string {
	switch n := len(words); {
	case n == 0:
		return ""
	case n == 1:
		return words[0]
	case n > 4:
		return strings.Join(words[:3], ", ") + fmt.Sprintf(" and %d more", n-3)
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}
