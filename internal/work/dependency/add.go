package dependency

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Dependencies is the service of the wing.
type Dependencies struct {
	db    *db.DB
	watch func(tx *db.Tx, releases ...id.Release) error
}

// New returns the service over a migrated database.
func New(d *db.DB) *Dependencies { return &Dependencies{db: d} }

// Watch names who is told, in the transaction of every write, of the releases whose dependencies changed. It is called once,
// before the service is used.
func (s *Dependencies) Watch(f func(tx *db.Tx, releases ...id.Release) error) { s.watch = f }

// tellOf tells who watches.
func (s *Dependencies) tellOf(tx *db.Tx, ds ...Dependency) error {
	var rs []id.Release
	for _, d := range ds {
		for _, p := range []Party{d.Giver, d.Taker} {
			if p.Kind == Release && !slices.Contains(rs, id.Release(p.ID)) {
				rs = append(rs, id.Release(p.ID))
			}
		}
		if d.Release != "" && !slices.Contains(rs, d.Release) {
			rs = append(rs, d.Release)
		}
	}
	if s.watch == nil || len(rs) == 0 {
		return nil
	}
	return s.watch(tx, rs...)
}

// Spec is what a person states about a dependency.
type Spec struct {
	Key      string      `json:"key,omitempty" yaml:"key,omitempty" doc:"Human key, unique among dependencies; made from the parties without it"`
	What     string      `json:"what" yaml:"what" doc:"What is given, in a line" example:"Contract v2 of the payee check"`
	Text     string      `json:"text,omitempty" yaml:"text,omitempty" doc:"More about it"`
	Giver    string      `json:"giver" yaml:"giver" doc:"Who gives it: release:KEY, service:KEY, team:KEY or outside:NAME" example:"service:ledger"`
	Taker    string      `json:"taker" yaml:"taker" doc:"Who waits for it, in the same form" example:"release:payments-4.8.0"`
	Release  string      `json:"release,omitempty" yaml:"release,omitempty" doc:"Key or identifier of the release that it is for, or in which what is given changes; the taker's without it"`
	Type     Type        `json:"type,omitempty" yaml:"type,omitempty" enum:"finish-start,start-start,finish-finish,calls" doc:"Which ends are tied together; calls where the taker uses the giver all the time. finish-start without it"`
	Lag      plan.Offset `json:"lag,omitempty" yaml:"lag,omitempty" doc:"Time between the two ends, such as 2d or -4h"`
	Status   Status      `json:"status,omitempty" yaml:"status,omitempty" enum:"proposed,agreed,at-risk,delivered,withdrawn" doc:"proposed without it; what calls is agreed"`
	Note     string      `json:"note,omitempty" yaml:"note,omitempty" doc:"What is to be said of the status; required at risk and withdrawn"`
	Owner    string      `json:"owner,omitempty" yaml:"owner,omitempty" doc:"Key or identifier of the person who looks after it"`
	Promised db.Time     `json:"promised,omitzero" yaml:"promised,omitempty" doc:"When it is promised, where the giver is no release with a window"`
}

// Add records a dependency. It fails with errs.Invalid for faulty fields, among them parties that the caller does not see
// and a circle of dependencies, which it names; with errs.Forbidden without the right in the product of either side; and
// with errs.Conflict for a key that is taken.
func (s *Dependencies) Add(ctx context.Context, in Spec) (Dependency, error) {
	var out Dependency
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if out, err = add(tx, in); err != nil {
			return err
		}
		return s.tellOf(tx, out)
	})
	return out, err
}

func add(tx *db.Tx, in Spec) (Dependency, error) {
	var f faults
	d := Dependency{ID: id.New[ID](), Key: in.Key, What: in.What, Text: in.Text, Type: cmp.Or(in.Type, FinishStart), Lag: in.Lag, Status: in.Status, StatusAt: tx.Now, Note: in.Note,
		Promised: in.Promised, Rev: 1, CreatedAt: tx.Now, CreatedBy: actor(tx), ChangedAt: tx.Now, ChangedBy: actor(tx)}
	if d.Status == "" {
		d.Status = Proposed
		if d.Type == Calls {
			d.Status = Agreed
		}
	}
	if d.Status == Delivered {
		d.DeliveredAt = tx.Now
	}
	d.Giver, d.Taker = f.party(tx, "giver", in.Giver), f.party(tx, "taker", in.Taker)
	f.release(tx, &d, in.Release)
	d.Owner = f.person(tx, in.Owner)
	if f.Failure != nil {
		return d, f.Failure
	}
	// Where a party is at fault nobody knows what right is needed there: the faults are the answer.
	if len(f.Fields) == 0 {
		if err := mayAdd(tx, d, in); err != nil {
			return d, err
		}
	}
	if err := f.key(tx, &d); err != nil {
		return d, err
	}
	f.check(d)
	if err := f.err(); err != nil {
		return d, err
	}
	if n, err := countOpen(tx); err != nil || n >= openMax {
		return d, cmp.Or(err, error(errs.Blocked("dependency.too_many", "At most %d dependencies are open at the same time.", openMax)))
	}
	d.derive()
	if err := uncircled(tx, d); err != nil {
		return d, err
	}
	if err := insert(tx, d); err != nil {
		return d, err
	}
	entry(tx, actions[d.Status], d, said(d))
	return d, tell(tx, d, nil)
}

func mayAdd(tx *db.Tx, d Dependency, in Spec) error {
	giver, all := d.scopes()
	err := side(tx, "dependency.plan", all)
	if err == nil && d.Type != Calls && d.Status != Proposed && d.Status != Withdrawn {
		err = side(tx, "dependency.agree", giver)
	}
	if err == nil && !in.Promised.IsZero() {
		err = side(tx, "dependency.agree", giver)
	}
	return err
}

// key takes the stated key, or makes one from the parties.
func (f *faults) key(tx *db.Tx, d *Dependency) error {
	if d.Key != "" {
		has, err := keyTaken(tx, d.Key)
		if err == nil && has {
			err = errs.Conflict("key.taken", nil, "There is a dependency %s already.", d.Key)
		}
		return err
	}
	key := id.Keyed(d.Giver.Key + "-to-" + d.Taker.Key)
	key = strings.Trim(key[:min(len(key), id.KeyMax-6)], "-.")
	if key == "" {
		key = "dependency"
	}
	taken, err := keysLike(tx, key)
	d.Key = key
	for n := 2; slices.Contains(taken, d.Key); n++ {
		d.Key = fmt.Sprintf("%s-%d", key, n)
	}
	return err
}

// Get returns a dependency by key or identifier. It fails with errs.NotFound if the caller may see neither side.
func (s *Dependencies) Get(ctx context.Context, ref string) (Dependency, error) {
	var out Dependency
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = Get(tx, ref)
		return err
	})
	return out, err
}

// Get is Dependencies.Get inside the caller's snapshot.
func Get(tx *db.Tx, ref string) (Dependency, error) {
	all, scopes, err := auth.Scopes(tx, "dependency.read")
	if err != nil {
		return Dependency{}, err
	}
	d, err := byRef(tx, ref)
	if err == nil && !visible(d, all, scopes) {
		err = auth.Unseen("dependency")
	}
	return d, err
}

// visible reports whether a dependency may be seen by who may read within the scopes.
func visible(d Dependency, all bool, scopes []auth.Scope) bool {
	if all {
		return true
	}
	_, own := d.scopes()
	if len(scopes) > 0 && own[0] == auth.Everywhere {
		return true
	}
	return slices.ContainsFunc(own, func(s auth.Scope) bool { return slices.Contains(scopes, s) })
}
