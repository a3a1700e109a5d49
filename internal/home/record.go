package home

import (
	"context"
	"io"
	"slices"
	"strconv"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Record reads the ledger for those who may see it.
type Record struct {
	db     *db.DB
	ledger *ledger.Ledger
}

// NewRecord returns the record over an open ledger.
func NewRecord(d *db.DB, l *ledger.Ledger) *Record { return &Record{db: d, ledger: l} }

// Filter narrows the record.
type Filter struct {
	Release string  // key or identifier; "" for everything the caller may see
	Action  string  // an action, or the words it starts with
	Person  string  // key or identifier of the person on whose behalf
	Since   db.Time // earliest instant
	Until   db.Time // latest instant, excluded
	Newest  bool    // newest first
	Before  int64   // newest first: the sequence number behind the page; 0 starts at the end
	After   int64   // oldest first: the sequence number before the page; -1 starts at the beginning
	Limit   int     // 1 to 200; 0 means 50
}

// Entry is an entry with the names of those it speaks of, as they are now.
type Entry struct {
	ledger.Record
	Who string `json:"who"` // name of the person, or what acted
	// Name is that of the person or release that the entry is about, and ReleaseName that of its release; "" where there is
	// none. They serve pages.
	Name        string `json:"-"`
	ReleaseName string `json:"-"`
	ReleaseKey  string `json:"-"`
}

// Entries returns one page of the record, with everything that was written before the call. What a caller may not see is
// not in it.
func (r *Record) Entries(ctx context.Context, f Filter) ([]Entry, error) {
	r.ledger.Settle(ctx)
	return db.Reading(ctx, r.db, func(tx *db.Tx) ([]Entry, error) { return Entries(tx, f) })
}

// Entries is Record.Entries inside the caller's snapshot.
func Entries(tx *db.Tx, f Filter) ([]Entry, error) {
	lf := ledger.Filter{Action: f.Action, Since: f.Since, Until: f.Until, Newest: f.Newest, Limit: min(max(f.Limit, 0), 200)}
	if f.Newest && f.Before > 0 {
		lf.To = f.Before
	}
	if !f.Newest {
		lf.From = f.After + 1
	}
	if f.Release != "" {
		rel, err := plan.ReleaseByRef(tx, f.Release)
		if err != nil {
			return nil, err
		}
		if err := auth.CheckSeen(tx, "record.read", plan.Scope(rel), "release"); err != nil {
			return nil, err
		}
		lf.Release, lf.All = rel.ID, true
	} else {
		all, scopes, err := auth.Scopes(tx, "record.read")
		if err != nil {
			return nil, err
		}
		lf.All = all
		for _, s := range scopes {
			lf.Scopes = append(lf.Scopes, string(s))
		}
		if !all && len(scopes) == 0 {
			return nil, nil
		}
	}
	if f.Person != "" {
		p, err := auth.PersonByRef(tx, f.Person)
		if err != nil {
			return nil, err
		}
		lf.Person = p.ID
	}
	rs, err := ledger.Entries(tx, lf)
	if err != nil {
		return nil, err
	}
	return named(tx, rs)
}

// named adds the names, with one statement for all of them.
func named(tx *db.Tx, rs []ledger.Record) ([]Entry, error) {
	var ids []id.Person
	for _, r := range rs {
		if p := r.Actor.For; p != "" && !slices.Contains(ids, p) {
			ids = append(ids, p)
		}
	}
	people, err := auth.PeopleByID(tx, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, len(rs))
	for i, r := range rs {
		out[i] = Entry{Record: r, Who: "Slipway"}
		if p := r.Actor.For; p != "" {
			out[i].Who = people[p].Name
		}
	}
	return out, nil
}

// Head says how far the ledger has come and what was signed last.
type Head struct {
	Installation string             `json:"installation"`
	Key          string             `json:"key"`
	Epoch        int64              `json:"epoch"`
	Size         int64              `json:"size"`
	Root         string             `json:"root"`
	Checkpoint   *ledger.Checkpoint `json:"checkpoint,omitempty"`
}

// Head returns the head of the ledger with its newest checkpoint. Both say nothing of what the entries contain, so
// whoever may read any part of the record may read them.
func (r *Record) Head(ctx context.Context) (Head, error) {
	out := Head{Installation: r.ledger.Installation(), Key: r.ledger.Public()}
	err := r.db.Read(ctx, func(tx *db.Tx) error {
		if _, _, err := auth.Scopes(tx, "record.read"); err != nil {
			return err
		}
		h, err := ledger.HeadOf(tx)
		if err != nil {
			return err
		}
		out.Epoch, out.Size, out.Root = h.Epoch, h.Size, h.Root.String()
		c, err := ledger.Newest(tx)
		if err == nil {
			out.Checkpoint = &c
			return nil
		}
		if errs.Is(err, errs.CodeNotFound) {
			return nil
		}
		return err
	})
	return out, err
}

// Proven is an entry with its inclusion proof under a signed checkpoint.
type Proven struct {
	Entry      Entry             `json:"entry"`
	Proof      ledger.Proof      `json:"proof"`
	Checkpoint ledger.Checkpoint `json:"checkpoint"`
}

// Proof returns an entry with the proof that it is in the signed ledger, signing a checkpoint first if it is newer than
// the last one. It fails with errs.NotFound if the caller may not see the entry.
func (r *Record) Proof(ctx context.Context, seq int64) (Proven, error) {
	var out Proven
	check := func(tx *db.Tx) error {
		e, err := ledger.BySeq(tx, seq)
		if err != nil {
			return err
		}
		if err := auth.CheckSeen(tx, "record.read", auth.Scope(e.Scope), "entry"); err != nil {
			return err
		}
		es, err := named(tx, []ledger.Record{e})
		if err == nil {
			out.Entry = es[0]
		}
		return err
	}
	if err := r.db.Read(ctx, check); err != nil {
		return out, err
	}
	c, err := r.ledger.Checkpoint(ctx)
	if err != nil {
		return out, err
	}
	out.Checkpoint = c
	out.Proof, err = r.ledger.Proof(ctx, seq, c.Size)
	return out, err
}

// Verify recomputes the whole ledger. A fault is in the report.
func (r *Record) Verify(ctx context.Context) (ledger.Report, error) {
	if err := r.allowed(ctx, "record.verify", auth.Everywhere); err != nil {
		return ledger.Report{}, err
	}
	return r.ledger.Verify(ctx)
}

// Exporter checks the right to an export and returns the function that writes it, so that nothing is sent before it is
// known to be allowed. ref is the key or identifier of a release; "" exports everything.
func (r *Record) Exporter(ctx context.Context, ref string) (func(w io.Writer) error, error) {
	var release id.Release
	if ref == "" {
		if err := r.allowed(ctx, "record.export", auth.Everywhere); err != nil {
			return nil, err
		}
	} else if err := r.db.Read(ctx, func(tx *db.Tx) error {
		rel, err := plan.ReleaseByRef(tx, ref)
		if err != nil {
			return err
		}
		release = rel.ID
		return auth.Check(tx, "record.export", plan.Scope(rel))
	}); err != nil {
		return nil, err
	}
	return func(w io.Writer) error { return r.ledger.Export(ctx, w, release) }, nil
}

func (r *Record) allowed(ctx context.Context, permission string, s auth.Scope) error {
	return r.db.Read(ctx, func(tx *db.Tx) error { return auth.Check(tx, permission, s) })
}

// ParseSeq reads a sequence number of the ledger. It fails with errs.Invalid.
func ParseSeq(field, s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, errs.InvalidField(field, "record.seq_malformed", "A place in the record is a whole number from 0.")
	}
	return n, nil
}
