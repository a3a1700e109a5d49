package train

import (
	"context"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
)

// Boarding takes part when a train opens a release, inside the same change: what waited for the train goes on board.
type Boarding func(tx *db.Tx, t Train, r plan.Release) error

// Closing takes part when a train is closed, inside the same change: what waits for it waits no more.
type Closing func(tx *db.Tx, t Train) error

// Trains is the service of the wing.
type Trains struct {
	db       *db.DB
	plans    *plan.Plans
	calendar Calendar
	boarding []Boarding
	closing  []Closing
	queue    job.Queue // nil: releases are opened by the periodic job alone
}

// New returns the service.
func New(d *db.DB, plans *plan.Plans, c Calendar) *Trains {
	return &Trains{db: d, plans: plans, calendar: c}
}

// Board adds who takes part when a release is opened. It belongs to the wiring.
func (s *Trains) Board(b ...Boarding) { s.boarding = append(s.boarding, b...) }

// Part adds who takes part when a train is closed. It belongs to the wiring.
func (s *Trains) Part(c ...Closing) { s.closing = append(s.closing, c...) }

// Timetable is a train with its dates.
type Timetable struct {
	Train
	Past  []Departure `json:"past"`  // what became of the dates so far, the newest first, 20 at most
	Ahead []Departure `json:"ahead"` // the next dates as they stand now; none of a train that does not run
}

// PreviewMost is how many dates a preview shows at most.
const PreviewMost = 10

const pastMost = 20

// List returns the trains that the caller may see by key, those of one product if it is named; closed ones only if asked for.
func (s *Trains) List(ctx context.Context, product string, closed bool) ([]Timetable, error) {
	var out []Timetable
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = s.Look(tx, product, closed, 1)
		return err
	})
	return out, err
}

// Look is List inside a transaction, with the next n dates of each train.
func (s *Trains) Look(tx *db.Tx, product string, closed bool, n int) ([]Timetable, error) {
	all, scopes, err := auth.Scopes(tx, "train.read")
	if err != nil {
		return nil, err
	}
	var p id.Product
	if product != "" {
		x, err := catalog.ProductByRef(tx, product)
		if errs.Is(err, errs.CodeNotFound) {
			return nil, errs.InvalidField("product", "product.unknown", "There is no product %.60q, or you may not see it.", product)
		}
		if err != nil {
			return nil, err
		}
		p = x.ID
	}
	ts, err := seen(tx, p, closed, all, scopes)
	if err != nil {
		return nil, err
	}
	out := make([]Timetable, len(ts))
	for i, t := range ts {
		if out[i], err = s.timetable(tx, t, n, 3); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Trains) timetable(tx *db.Tx, t Train, n, past int) (Timetable, error) {
	out := Timetable{Train: t, Ahead: []Departure{}}
	var err error
	if out.Past, err = settled(tx, t.ID, past); err != nil || t.State == StateClosed {
		return out, err
	}
	out.Ahead, err = s.ahead(tx, t, n)
	if out.Ahead == nil {
		out.Ahead = []Departure{}
	}
	return out, err
}

// Get returns a train with what became of its dates and the next ten. It fails with errs.NotFound if the caller may not see it.
func (s *Trains) Get(ctx context.Context, ref string) (Timetable, error) {
	var out Timetable
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		t, err := ByRef(tx, ref)
		if err != nil {
			return err
		}
		out, err = s.timetable(tx, t, PreviewMost, pastMost)
		return err
	})
	return out, err
}

// ByRef returns a train by key or identifier. It fails with errs.NotFound if it does not exist or the caller may not see it.
func ByRef(tx *db.Tx, ref string) (Train, error) {
	t, err := byRef(tx, ref)
	if err != nil {
		return t, err
	}
	return t, auth.CheckSeen(tx, "train.read", catalog.Scope(t.Product), "train")
}

// Next returns the release of a train that a request can still go onto: the earliest that was opened, has not been approved and whose window
// lies ahead. It checks no permission.
func Next(tx *db.Tx, t Train) (id.Release, bool, error) {
	past, err := settled(tx, t.ID, pastMost)
	var found Departure
	for _, d := range past {
		if d.Boards(tx.Now) {
			found = d
		}
	}
	return found.Release, found.Release != "", err
}

// Preview returns the next ten dates of a train as it is stated, without keeping it. It fails with errs.Invalid for faulty fields.
func (s *Trains) Preview(ctx context.Context, in Spec) ([]Departure, error) {
	var out []Departure
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		p, err := productOf(tx, in.Product)
		if err != nil {
			return err
		}
		if err := auth.Check(tx, "train.read", catalog.Scope(p.ID)); err != nil {
			return err
		}
		if in.Key == "" {
			in.Key = "preview"
		}
		t, _, err := s.over(tx, Train{Product: p.ID, ProductKey: p.Key, ProductName: p.Name, Since: tx.Now}, in)
		if err != nil {
			return err
		}
		out, err = s.ahead(tx, t, PreviewMost)
		return err
	})
	return out, err
}

func productOf(tx *db.Tx, ref string) (catalog.Product, error) {
	if ref == "" {
		return catalog.Product{}, errs.InvalidField("product", "product.missing", "Name the product that the train belongs to.")
	}
	p, err := catalog.ProductByRef(tx, ref)
	if errs.Is(err, errs.CodeNotFound) {
		return p, errs.InvalidField("product", "product.unknown", "There is no product %.60q, or you may not see it.", ref)
	}
	return p, err
}

func actor(tx *db.Tx) string { return ledger.ActorOf(tx.Context()).ID }

func entry(tx *db.Tx, t Train, action string, release id.Release, payload map[string]any) {
	payload["key"], payload["name"] = t.Key, t.Name
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "train", ID: string(t.ID)}, Release: release, Scope: string(catalog.Scope(t.Product)), Payload: payload})
}

// said is what the record keeps of a train.
func said(t Train) map[string]any {
	return map[string]any{"key": t.Key, "name": t.Name, "product": t.ProductKey, "template": t.Template, "start": t.Start, "zone": t.Zone, "rrule": t.RRule, "length": t.Length,
		"lead": t.Lead, "pattern": t.Pattern, "number": t.Number, "frozen": t.Frozen, "skips": t.Skips, "environments": t.Environments, "services": t.Services, "owner": t.Owner}
}
