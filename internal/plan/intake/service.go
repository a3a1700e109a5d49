package intake

import (
	"context"
	"slices"
	"strconv"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Requests is the service of the wing.
type Requests struct {
	db    *db.DB
	plans *plan.Plans
}

// New returns the service.
func New(d *db.DB, plans *plan.Plans) *Requests { return &Requests{d, plans} }

// Filter narrows the list of requests, which is newest first.
type Filter struct {
	Product string
	States  []State
	Due     bool // only those that wait for an answer
	Mine    bool // only the caller's own
	Query   string
	AfterAt int64 // with AfterID the request behind which the page starts: its CreatedAt and ID
	AfterID string
	Limit   int // 1 to 201; 0 means 50
}

func (f Filter) where(tx *db.Tx) (db.Where, error) {
	var w db.Where
	all, scopes, err := auth.Scopes(tx, "request.read")
	if err != nil {
		return w, err
	}
	auth.Seen(&w, "q.product", "product", all, scopes)
	var bad fault.List
	if f.Product != "" {
		p, err := catalog.ProductByRef(tx, f.Product)
		if errs.Is(err, errs.CodeNotFound) {
			bad.Say("product", "product.unknown", "There is no product %.60q, or you may not see it.", f.Product)
		} else {
			bad.Add(err)
		}
		w.And("q.product = ?", p.ID)
	}
	states := make([]string, len(f.States))
	for i, s := range f.States {
		states[i] = string(s)
		bad.Choice("state", states[i], States())
	}
	if len(states) > 0 {
		db.In(&w, "q.state", states)
	}
	if f.Due {
		w.And("(q.state = ? OR q.state = ? AND q.until <= ?)", string(StateNew), string(StateDeferred), int64(tx.Now))
	}
	if f.Mine {
		w.And("q.requester = ?", auth.Me(tx))
	}
	bad.Text("query", f.Query, 200, false)
	w.Words("q.search", f.Query)
	if f.AfterID != "" {
		w.And("(q.created_at, q.id) < (?, ?)", f.AfterAt, f.AfterID)
	}
	return w, bad.Err()
}

// List returns one page of the requests that the caller may see, the newest first.
func (s *Requests) List(ctx context.Context, f Filter) ([]Request, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) ([]Request, error) { return List(tx, f) })
}

// List is Requests.List inside a transaction.
func List(tx *db.Tx, f Filter) ([]Request, error) {
	w, err := f.where(tx)
	if err != nil {
		return nil, err
	}
	limit := f.Limit
	if limit < 1 || limit > 201 {
		limit = 50
	}
	return list(tx, w, limit)
}

// Count returns how many requests that the caller may see pass the filter, whatever its page.
func Count(tx *db.Tx, f Filter) (int64, error) {
	f.AfterID = ""
	w, err := f.where(tx)
	if err != nil {
		return 0, err
	}
	return count(tx, w)
}

// Get returns a request by key or identifier. It fails with errs.NotFound if the caller may not see it.
func (s *Requests) Get(ctx context.Context, ref string) (Request, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) (Request, error) { return Look(tx, ref) })
}

// Look is Get inside a transaction.
func Look(tx *db.Tx, ref string) (Request, error) {
	r, err := byRef(tx, ref)
	if err != nil {
		return r, err
	}
	return r, auth.CheckSeen(tx, "request.read", catalog.Scope(r.Product), "request")
}

const requirementsMax = 50

// File records a request. It fails with errs.Invalid for faulty fields and errs.Forbidden without the right in the product.
func (s *Requests) File(ctx context.Context, in Spec) (Request, error) {
	return db.Writing(ctx, s.db, func(tx *db.Tx) (Request, error) {
		if in.Product == "" {
			return Request{}, errs.InvalidField("product", "product.missing", "Name the product that it is asked of.")
		}
		p, err := catalog.ProductByRef(tx, in.Product)
		if errs.Is(err, errs.CodeNotFound) {
			return Request{}, errs.InvalidField("product", "product.unknown", "There is no product %.60q, or you may not see it.", in.Product)
		}
		if err == nil {
			err = auth.Check(tx, "request.file", catalog.Scope(p.ID))
		}
		if err != nil {
			return Request{}, err
		}
		if err := in.check(); err != nil {
			return Request{}, err
		}
		n, err := lastNumber(tx)
		if err != nil {
			return Request{}, err
		}
		a := ledger.ActorOf(tx.Context())
		r := Request{ID: id.New[ID](), Key: "REQ-" + strconv.FormatInt(n+1, 10), Number: n + 1, Product: p.ID, ProductKey: p.Key, ProductName: p.Name, Title: in.Title, Goal: in.Goal,
			Requirements: slices.Concat([]string{}, in.Requirements), Wanted: in.Wanted, URL: in.URL, Requester: a.For, State: StateNew,
			Rev: 1, CreatedAt: tx.Now, CreatedBy: a.ID, ChangedAt: tx.Now, ChangedBy: a.ID}
		if err := insert(tx, r); err != nil {
			return Request{}, err
		}
		entry(tx, r, Filed, map[string]any{"goal": r.Goal, "requirements": r.Requirements, "wanted": r.Wanted, "url": r.URL})
		return byRef(tx, string(r.ID))
	})
}

func (in Spec) check() error {
	var f fault.List
	f.Text("title", in.Title, 200, true)
	f.Text("goal", in.Goal, catalog.TextMax, true)
	if f.Count("requirements", len(in.Requirements), requirementsMax) {
		f.Lines("requirements", in.Requirements)
	}
	f.Instant("wanted", in.Wanted)
	f.URL("url", in.URL)
	return f.Err()
}

func entry(tx *db.Tx, r Request, action string, more map[string]any) {
	payload := map[string]any{"key": r.Key, "title": r.Title, "product": r.ProductKey, "state": r.State}
	for k, v := range more {
		payload[k] = v
	}
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "request", ID: string(r.ID)}, Release: r.Release, Scope: string(catalog.Scope(r.Product)), Payload: payload})
}
