package roadmap

import (
	"cmp"
	"context"
	"slices"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	planrelease "slipway/internal/plan/release"
	"slipway/internal/plan/train"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Span says which part of the roadmap is wanted.
type Span struct {
	From, To  db.Time // zero: from the quarter that runs, three quarters
	Product   string
	Published bool // only what is published
}

// Mark is one date on the roadmap.
type Mark struct {
	Kind      string      `json:"kind" enum:"release,version,train"` // a release, a version that is no release yet, a date of a train
	Name      string      `json:"name"`
	Version   string      `json:"version"`
	State     State       `json:"state" enum:"proposed,negotiation,agreed"`
	Vendor    string      `json:"vendor,omitempty"` // who forces the date
	Window    plan.Window `json:"window"`
	Release   string      `json:"release,omitempty"` // keys
	Date      string      `json:"date,omitempty"`
	Train     string      `json:"train,omitempty"`
	OpensAt   db.Time     `json:"opensAt,omitzero"` // when the train opens the release
	AnswerBy  db.Time     `json:"answerBy,omitzero"`
	Published bool        `json:"published"`
	Goals     []string    `json:"goals,omitempty"` // objectives of the release
}

// Row is a product on the roadmap.
type Row struct {
	Product catalog.Product `json:"product"`
	Marks   []Mark          `json:"marks"`
	Freezes []Freeze        `json:"freezes"`
}

// Road is the roadmap between two instants.
type Road struct {
	From   db.Time           `json:"from"`
	To     db.Time           `json:"to"`
	Rows   []Row             `json:"rows"`
	Open   []Date            `json:"open"`   // dates that wait for answers, those in negotiation first
	Trains []train.Timetable `json:"trains"` // none where only what is published is asked for
}

const (
	productsMost = 200
	marksMost    = 2_000
	spanMost     = 3 * 366 * 24 * time.Hour
)

// Road returns the roadmap as the caller may see it. It fails with errs.Invalid for a span that is empty or longer than three years.
func (s *Roadmaps) Road(ctx context.Context, f Span) (Road, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) (Road, error) { return s.Read(tx, f) })
}

// Quarter returns the start of the quarter in which an instant lies, in a zone.
func Quarter(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), (t.Month()-1)/3*3+1, 1, 0, 0, 0, 0, zone)
}

// Read is Road inside a transaction.
func (s *Roadmaps) Read(tx *db.Tx, f Span) (Road, error) {
	if f.From.IsZero() {
		f.From = db.At(Quarter(tx.Now.Std(), time.UTC))
	}
	if f.To.IsZero() {
		f.To = db.At(f.From.Std().AddDate(0, 9, 0))
	}
	out := Road{From: f.From, To: f.To, Rows: []Row{}, Open: []Date{}, Trains: []train.Timetable{}}
	if f.To <= f.From || f.To.Sub(f.From) > spanMost {
		return out, errs.InvalidField("to", "roadmap.span", "A roadmap ends after it begins, and shows three years at most.")
	}
	products, err := products(tx, f.Product)
	if err != nil {
		return out, err
	}
	dates, err := drawn(tx, f)
	if err != nil {
		return out, err
	}
	marks := map[id.Product][]Mark{}
	if f.Published {
		for _, d := range dates {
			if d.Published != nil {
				m := d.mark()
				m.State, m.Window = StateAgreed, *d.Published
				marks[d.Product] = append(marks[d.Product], m)
			}
		}
	} else if err := s.collect(tx, &out, f, dates, marks); err != nil {
		return out, err
	}
	var frozen map[id.Product][]Freeze
	if s.calendar != nil && !f.Published {
		if frozen, err = s.calendar.Frozen(tx, products, f.From, f.To); err != nil {
			return out, err
		}
	}
	for _, p := range products {
		row := Row{Product: p, Marks: []Mark{}, Freezes: frozen[p.ID]}
		for _, m := range marks[p.ID] {
			if m.Window.Start >= f.From && m.Window.Start < f.To {
				row.Marks = append(row.Marks, m)
			}
		}
		slices.SortStableFunc(row.Marks, func(a, b Mark) int { return cmp.Compare(a.Window.Start, b.Window.Start) })
		if row.Freezes == nil {
			row.Freezes = []Freeze{}
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// drawn returns the dates that a roadmap shows: those in its span, as they are on the table, as they are published or by their release, and
// all that wait for answers.
func drawn(tx *db.Tx, f Span) ([]Date, error) {
	w, err := within(tx, f.Product)
	if err != nil {
		return nil, err
	}
	from, to := int64(f.From), int64(f.To)
	w.And(`(d.starts >= ? AND d.starts < ? OR d.published_start >= ? AND d.published_start < ? OR r.sort_at >= ? AND r.sort_at < ? OR d.state IN (?, ?))`,
		from, to, from, to, from-planrelease.WindowMax.Microseconds(), to, string(StateProposed), string(StateNegotiation))
	return list(tx, w, marksMost)
}

func products(tx *db.Tx, ref string) ([]catalog.Product, error) {
	if ref == "" {
		return catalog.Products(tx, catalog.Filter{Limit: productsMost})
	}
	p, err := productOf(tx, ref)
	return []catalog.Product{p}, err
}

// collect gathers the marks of releases, of dates and of trains.
func (s *Roadmaps) collect(tx *db.Tx, out *Road, f Span, dates []Date, marks map[id.Product][]Mark) error {
	byRelease := map[id.Release]Date{}
	for _, d := range dates {
		if d.State == StateWithdrawn {
			continue
		}
		if d.Open() {
			out.Open = append(out.Open, d)
		}
		if d.Release != "" {
			byRelease[d.Release] = d
			continue
		}
		marks[d.Product] = append(marks[d.Product], d.mark())
	}
	slices.SortStableFunc(out.Open, func(a, b Date) int { return cmp.Compare(a.State, b.State) }) // negotiation before proposed
	if err := releases(tx, f, byRelease, marks); err != nil {
		return err
	}
	if s.trains == nil {
		return nil
	}
	if all, scopes, err := auth.Scopes(tx, "train.read"); err != nil || !all && len(scopes) == 0 {
		return err
	}
	known := map[string]bool{} // versions that have a mark of their own
	for _, list := range marks {
		for _, m := range list {
			known[m.Name] = true
		}
	}
	var err error
	if out.Trains, err = s.trains.Look(tx, f.Product, false, train.PreviewMost); err != nil {
		return err
	}
	for _, t := range out.Trains {
		if t.State != train.StateRunning {
			continue
		}
		for _, d := range t.Ahead {
			if name := t.ProductName + " " + d.Version; d.Outcome == train.OutcomeAhead && !known[name] {
				marks[t.Product] = append(marks[t.Product], Mark{Kind: "train", Name: name, Version: d.Version, State: StateProposed, Window: d.Window, Train: t.Key, OpensAt: d.OpensAt})
			}
		}
	}
	return nil
}

// releases adds the releases of the span, and those whose date on the table lies in it.
func releases(tx *db.Tx, f Span, byRelease map[id.Release]Date, marks map[id.Product][]Mark) error {
	rs, err := plan.Between(tx, plan.Filter{From: f.From, To: f.To, Product: f.Product}, marksMost)
	if err != nil {
		return err
	}
	ids := make([]id.Release, 0, len(rs)+len(byRelease))
	for _, r := range rs {
		ids = append(ids, r.ID)
	}
	for r := range byRelease {
		if !slices.Contains(ids, r) {
			ids = append(ids, r)
		}
	}
	aims, err := goals(tx, ids)
	if err != nil {
		return err
	}
	for _, r := range rs {
		if r.State == plan.Cancelled {
			delete(byRelease, r.ID)
			continue
		}
		m := Mark{Kind: "release", Name: r.Name, Version: r.Version, State: StateProposed, Window: r.Window, Release: r.Key, Goals: aims[r.ID]}
		switch r.State {
		case plan.Approved, plan.Deploying, plan.Deployed, plan.Verified, plan.Closed, plan.RolledBack:
			m.State = StateAgreed // its approvals cover the window
		}
		if d, ok := byRelease[r.ID]; ok {
			m = d.mark()
			m.Goals = aims[r.ID]
			delete(byRelease, r.ID)
		}
		marks[r.Product] = append(marks[r.Product], m)
	}
	for r, d := range byRelease {
		m := d.mark()
		m.Goals = aims[r]
		marks[d.Product] = append(marks[d.Product], m)
	}
	return nil
}

// mark returns how a date is drawn.
func (d Date) mark() Mark {
	m := Mark{Kind: "version", Name: d.ProductName + " " + d.Version, Version: d.Version, State: d.State, Vendor: d.Vendor, Window: d.Window, Date: d.Key, Release: d.ReleaseKey, AnswerBy: d.AnswerBy,
		Published: d.Published != nil && *d.Published == d.Window}
	if d.Release != "" {
		m.Kind, m.Name = "release", d.ReleaseName
	}
	return m
}
