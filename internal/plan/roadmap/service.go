package roadmap

import (
	"context"
	"slices"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/train"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Freeze is a stretch in which deployments are not allowed, or ask for leave.
type Freeze struct {
	Key    string      `json:"key"`
	Name   string      `json:"name"`
	Hard   bool        `json:"hard"`
	Window plan.Window `json:"window"`
}

// Calendar is what the roadmap asks of the calendar, which lies above.
type Calendar interface {
	// Frozen returns the freezes between two instants that touch each of the products, by start.
	Frozen(tx *db.Tx, products []catalog.Product, from, to db.Time) (map[id.Product][]Freeze, error)
}

// Roadmaps is the service of the wing.
type Roadmaps struct {
	db       *db.DB
	plans    *plan.Plans
	trains   *train.Trains // may be nil
	calendar Calendar      // may be nil
}

// New returns the service.
func New(d *db.DB, plans *plan.Plans, trains *train.Trains, c Calendar) *Roadmaps {
	return &Roadmaps{db: d, plans: plans, trains: trains, calendar: c}
}

// Filter narrows the list of dates, which is by start.
type Filter struct {
	Product   string
	States    []State
	Published bool // only dates that are published
	Limit     int  // 1 to 500; 0 means 200

	AfterStart db.Time // with AfterID: only what comes behind that date
	AfterID    ID
}

// List returns the dates that the caller may see, by start.
func (s *Roadmaps) List(ctx context.Context, f Filter) ([]Date, error) {
	var out []Date
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = Dates(tx, f)
		return err
	})
	return out, err
}

// Dates is List inside a transaction.
func Dates(tx *db.Tx, f Filter) ([]Date, error) {
	w, err := within(tx, f.Product)
	if err != nil {
		return nil, err
	}
	states := make([]string, len(f.States))
	for i, x := range f.States {
		if states[i] = string(x); !slices.Contains(States(), states[i]) {
			return nil, errs.InvalidField("state", "state.unknown", "%.40q is not a state of a date. Known are %s.", states[i], fault.Or(States()))
		}
	}
	if len(states) > 0 {
		db.In(&w, "d.state", states)
	}
	if f.Published {
		w.And("d.published_at > ?", int64(0))
	}
	if f.AfterID != "" {
		w.And("(d.starts > ? OR d.starts = ? AND d.id > ?)", int64(f.AfterStart), int64(f.AfterStart), string(f.AfterID))
	}
	limit := f.Limit
	if limit < 1 || limit > 500 {
		limit = 200
	}
	return list(tx, w, limit)
}

// within keeps the dates that the caller may see, those of one product if it is named.
func within(tx *db.Tx, product string) (db.Where, error) {
	var w db.Where
	all, scopes, err := auth.Scopes(tx, "roadmap.read")
	if err != nil {
		return w, err
	}
	auth.Seen(&w, "d.product", "product", all, scopes)
	if product != "" {
		p, err := productOf(tx, product)
		if err != nil {
			return w, err
		}
		w.And("d.product = ?", p.ID)
	}
	return w, nil
}

// Get returns a date by key or identifier with everything that was said about it. It fails with errs.NotFound if the caller may not see it.
func (s *Roadmaps) Get(ctx context.Context, ref string) (Date, error) {
	var out Date
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = Look(tx, ref)
		return err
	})
	return out, err
}

// Look is Get inside a transaction.
func Look(tx *db.Tx, ref string) (Date, error) {
	d, err := seen(tx, ref)
	if err != nil {
		return d, err
	}
	return told(tx, d)
}

func seen(tx *db.Tx, ref string) (Date, error) {
	d, err := byRef(tx, ref)
	if err != nil {
		return d, err
	}
	return d, auth.CheckSeen(tx, "roadmap.read", catalog.Scope(d.Product), "roadmap_date")
}

// told adds what was said about a date, with the names of who said it.
func told(tx *db.Tx, d Date) (Date, error) {
	said, err := statements(tx, d.ID)
	if err != nil {
		return d, err
	}
	d.Statements = said[d.ID]
	var who []id.Person
	for _, x := range d.Statements {
		if x.Person != "" {
			who = append(who, x.Person)
		}
	}
	if len(who) == 0 {
		return d, nil
	}
	people, err := auth.PeopleByID(tx, who...)
	for i, x := range d.Statements {
		d.Statements[i].Name = people[x.Person].Name
	}
	return d, err
}

// Answerable returns the roles for which the caller may answer to a date now; Proposer stands for who proposed it, where a counter-proposal
// waits for them. It costs no statement for a date that is agreed or withdrawn.
func Answerable(tx *db.Tx, d Date) ([]string, error) {
	if !d.Open() {
		return nil, nil
	}
	may, err := auth.Allowed(tx, "roadmap.answer", catalog.Scope(d.Product))
	if err != nil {
		return nil, err
	}
	me := auth.Me(tx)
	var out []string
	for _, a := range d.Answers {
		if a.Role == Proposer {
			if me != "" && me == d.Proposer {
				out = append(out, Proposer)
			}
			continue
		}
		if !may || me == "" {
			continue
		}
		ok, err := auth.Holds(tx, me, a.Role, catalog.Scope(d.Product))
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, a.Role)
		}
	}
	return out, nil
}

func productOf(tx *db.Tx, ref string) (catalog.Product, error) {
	p, err := catalog.ProductByRef(tx, ref)
	if errs.Is(err, errs.CodeNotFound) {
		return p, errs.InvalidField("product", "product.unknown", "There is no product %.60q, or you may not see it.", ref)
	}
	return p, err
}

func actor(tx *db.Tx) ledger.Actor { return ledger.ActorOf(tx.Context()) }

func entry(tx *db.Tx, d Date, action, role, reason string, more map[string]any) {
	payload := map[string]any{"key": d.Key, "release": d.ReleaseName, "window": d.Window, "state": d.State, "round": d.Round, "role": role, "reason": reason}
	for k, v := range more {
		payload[k] = v
	}
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "roadmap_date", ID: string(d.ID)}, Release: d.Release, Scope: string(catalog.Scope(d.Product)), Payload: payload})
}
