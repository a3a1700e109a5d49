package dependency

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Change says what to change of what is stated about a dependency; what is nil stays. The two parties stay as they are:
// another pair is another dependency.
type Change struct {
	What    *string      `json:"what,omitempty" doc:"What is given, in a line"`
	Text    *string      `json:"text,omitempty" doc:"More about it"`
	Release *string      `json:"release,omitempty" doc:"Key of the release that it is for, or in which what is given changes; empty for none"`
	Type    *Type        `json:"type,omitempty" enum:"finish-start,start-start,finish-finish,calls" doc:"Which ends are tied together"`
	Lag     *plan.Offset `json:"lag,omitempty" doc:"Time between the two ends, such as 2d or -4h; 0 for none"`
	Owner   *string      `json:"owner,omitempty" doc:"Key of the person who looks after it; empty for nobody"`
}

// Answer is what the giver's side says; what is nil stays.
type Answer struct {
	Status   *Status  `json:"status,omitempty" enum:"proposed,agreed,at-risk,delivered" doc:"How far the two sides are"`
	Note     *string  `json:"note,omitempty" doc:"What is to be said of the status; required at risk"`
	Promised *db.Time `json:"promised,omitempty" doc:"When it is promised; the empty text takes the promise back"`
}

// edit is both, with what withdraws.
type edit struct {
	Change
	Answer
}

// Set changes what is stated about a dependency, by key or identifier; a rev of 0 is whatever its version is. It fails with
// errs.NotFound if the caller may see neither side, with errs.Forbidden without the right, with errs.Conflict, carrying the
// present row, if rev is gone, and with errs.Invalid for faulty fields and a circle. Who is hit is told in the same transaction.
func (s *Dependencies) Set(ctx context.Context, ref string, rev int64, in Change) (Dependency, error) {
	return s.write(ctx, ref, rev, "dependency.plan", edit{Change: in})
}

// Answer says what the giver's side says: that it agrees, by when, that it is at risk, or delivered. It fails as Set does, and
// with errs.Invalid for a status that is no answer.
func (s *Dependencies) Answer(ctx context.Context, ref string, rev int64, in Answer) (Dependency, error) {
	if in.Status != nil && *in.Status == Withdrawn {
		return Dependency{}, errs.InvalidField("status", "dependency.status_unknown", "To withdraw it is no answer. Withdraw it with the reason.")
	}
	return s.write(ctx, ref, rev, "dependency.agree", edit{Answer: in})
}

// Withdraw says that a dependency is not needed any more, or not given, and why. It fails as Set does.
func (s *Dependencies) Withdraw(ctx context.Context, ref string, rev int64, why string) (Dependency, error) {
	status := Withdrawn
	return s.write(ctx, ref, rev, "dependency.plan", edit{Answer: Answer{Status: &status, Note: &why}})
}

func (s *Dependencies) write(ctx context.Context, ref string, rev int64, permission string, in edit) (Dependency, error) {
	var out Dependency
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		d, err := Get(tx, ref)
		if err != nil {
			return err
		}
		scopes, all := d.scopes()
		if permission == "dependency.plan" {
			scopes = all
		}
		if err := side(tx, permission, scopes); err != nil {
			return err
		}
		if rev != 0 && d.Rev != rev {
			return auth.Stale(tx, d, id.Person(d.ChangedBy), d.ChangedAt)
		}
		var changed bool
		if out, changed, err = set(tx, d, in); err != nil || !changed {
			return err
		}
		return s.tellOf(tx, d, out)
	})
	return out, err
}

func set(tx *db.Tx, d Dependency, in edit) (Dependency, bool, error) {
	var f faults
	n := in.on(tx, d, &f)
	if f.Failure != nil {
		return d, false, f.Failure
	}
	f.check(n)
	if err := f.err(); err != nil {
		return d, false, err
	}
	n.derive()
	if same(n, d) {
		return d, false, nil
	}
	if n.Type != d.Type || n.Release != d.Release || n.Status.Open() && !d.Status.Open() {
		if err := uncircled(tx, n); err != nil {
			return d, false, err
		}
	}
	action := DependencyChanged
	if n.Status != d.Status {
		action = actions[n.Status]
	}
	n.Rev, n.ChangedAt, n.ChangedBy = d.Rev+1, tx.Now, actor(tx)
	if err := update(tx, n); err != nil {
		return d, false, err
	}
	entry(tx, action, n, map[string]any{"before": said(d), "after": said(n)})
	return n, true, tell(tx, n, &d)
}

func (e edit) on(tx *db.Tx, d Dependency, f *faults) Dependency {
	n := d
	put(&n.What, e.What)
	put(&n.Text, e.Text)
	put(&n.Type, e.Type)
	put(&n.Lag, e.Lag)
	put(&n.Promised, e.Promised)
	if e.Release != nil {
		f.release(tx, &n, *e.Release)
	}
	if e.Owner != nil {
		n.Owner = f.person(tx, *e.Owner)
	}
	if e.Status != nil && *e.Status != d.Status {
		n.Status, n.StatusAt, n.Note, n.DeliveredAt = *e.Status, tx.Now, "", 0
		if n.Status == Delivered {
			n.DeliveredAt = tx.Now
		}
	}
	put(&n.Note, e.Note)
	return n
}

func put[T any](dst, given *T) {
	if given != nil {
		*dst = *given
	}
}

func same(a, b Dependency) bool {
	return a.What == b.What && a.Text == b.Text && a.Release == b.Release && a.Type == b.Type && a.Lag == b.Lag && a.Owner == b.Owner &&
		a.Status == b.Status && a.Note == b.Note && a.Promised == b.Promised
}

// uncircled fails with errs.Invalid if a dependency would close a circle of those whose dates bind, naming it.
func uncircled(tx *db.Tx, d Dependency) error {
	if !d.binds() {
		return nil
	}
	rows, err := reached(tx, d.Taker.ID, string(d.Release))
	if err != nil {
		return err
	}
	circle := networkOf(rows, &d).circle(&d)
	if circle == nil {
		return nil
	}
	text, err := named(tx, circle)
	if err != nil {
		return err
	}
	return errs.InvalidField("taker", "dependency.cycle", "These would wait for each other: %s. Withdraw one of the dependencies.", text)
}
