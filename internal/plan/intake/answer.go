package intake

import (
	"context"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/train"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Accept takes a request into a release, or into the next release of a train: the one that is open for boarding, or else the one that the train
// opens next. It becomes a scope item under its key. rev is the version that the caller read, 0 for any. It fails with errs.Blocked for a request
// that is answered and for a release whose scope others have to approve, with errs.Conflict if that version is gone, and with errs.Invalid for
// faulty fields.
func (s *Requests) Accept(ctx context.Context, ref string, rev int64, in Answer) (Request, error) {
	return s.answer(ctx, ref, rev, "request.answer", func(tx *db.Tx, r Request) (Request, error) {
		var f fault.List
		f.Text("reason", in.Reason, fault.ReasonMax, false)
		if (in.Release == "") == (in.Train == "") {
			f.Say("release", "request.no_target", "Name the release, or the train whose next release it goes onto.")
		}
		if err := f.Err(); err != nil {
			return r, err
		}
		r.State, r.Reason, r.Until = StateAccepted, in.Reason, 0
		if in.Release != "" {
			x, err := plan.ReleaseByRef(tx, in.Release)
			if errs.Is(err, errs.CodeNotFound) {
				err = errs.InvalidField("release", "release.unknown", "There is no release %.60q, or you may not see it.", in.Release)
			}
			if err == nil && x.Product != r.Product {
				err = errs.InvalidField("release", "request.other_product", "%s is a release of %s, and the request is for %s.", x.Name, x.ProductName, r.ProductName)
			}
			if err == nil {
				err = s.board(tx, r, x)
			}
			r.Release, r.ReleaseKey, r.ReleaseName = x.ID, x.Key, x.Name
			return r, err
		}
		return s.onTrain(tx, r, in.Train)
	}, Accepted)
}

func (s *Requests) onTrain(tx *db.Tx, r Request, ref string) (Request, error) {
	t, err := train.ByRef(tx, ref)
	switch {
	case errs.Is(err, errs.CodeNotFound):
		return r, errs.InvalidField("train", "train.unknown", "There is no train %.60q, or you may not see it.", ref)
	case err != nil:
		return r, err
	case t.Product != r.Product:
		return r, errs.InvalidField("train", "request.other_product", "%s is a train of %s, and the request is for %s.", t.Name, t.ProductName, r.ProductName)
	case t.State == train.StateClosed:
		return r, errs.InvalidField("train", "train.closed", "The train %s is closed.", t.Name)
	}
	r.Train, r.TrainKey, r.TrainName = t.ID, t.Key, t.Name
	next, ok, err := train.Next(tx, t)
	if err != nil || !ok {
		return r, err
	}
	x, err := plan.ReleaseByID(tx, next)
	if err == nil {
		err = s.board(tx, r, x)
	}
	r.Release, r.ReleaseKey, r.ReleaseName = x.ID, x.Key, x.Name
	return r, err
}

// board puts a request onto a release as a scope item.
func (s *Requests) board(tx *db.Tx, r Request, x plan.Release) error {
	role, err := plan.ScopeApprover(tx, x)
	if err != nil {
		return err
	}
	if role != "" {
		ok, err := auth.Holds(tx, auth.Me(tx), role, plan.Scope(x))
		if err != nil {
			return err
		}
		if !ok {
			return errs.Blocked("request.scope_approved_by", "Changes of the scope of %s are approved by the role %s now. Propose the change of its scope, or choose another release.", x.Name, role)
		}
	}
	item := plan.ScopeSpec{Key: r.Key, Title: r.Title, URL: r.URL}
	return s.plans.ScopeIn(tx, x.ID, []plan.ScopeStep{{Add: &item}}, "Request "+r.Key+" was accepted.")
}

// Opened puts what waits for a train onto the release that it opened. It is train.Boarding.
func (s *Requests) Opened(tx *db.Tx, t train.Train, x plan.Release) error {
	rs, err := waiting(tx, t.ID)
	if err != nil {
		return err
	}
	for _, r := range rs {
		item := plan.ScopeSpec{Key: r.Key, Title: r.Title, URL: r.URL}
		if err := s.plans.ScopeIn(tx, x.ID, []plan.ScopeStep{{Add: &item}}, "Request "+r.Key+" was accepted."); err != nil {
			return err
		}
		r.Release, r.ReleaseKey, r.ReleaseName = x.ID, x.Key, x.Name
		r.Rev, r.ChangedAt, r.ChangedBy = r.Rev+1, tx.Now, ledger.ActorOf(tx.Context()).ID
		entry(tx, r, Boarded, map[string]any{"release": r.ReleaseName, "train": t.Key})
		if err := update(tx, r); err != nil {
			return err
		}
	}
	return nil
}

// Closed gives what waits for a train that is closed back to who answers requests, and says why. It is train.Closing.
func (s *Requests) Closed(tx *db.Tx, t train.Train) error {
	for {
		rs, err := waiting(tx, t.ID)
		if err != nil || len(rs) == 0 {
			return err
		}
		for _, r := range rs {
			r.State, r.Train, r.Reason = StateNew, "", "The train "+t.Name+" was closed before it opened a release: "+t.StateReason
			r.Rev, r.ChangedAt, r.ChangedBy = r.Rev+1, tx.Now, ledger.ActorOf(tx.Context()).ID
			entry(tx, r, Returned, map[string]any{"train": t.Key, "reason": t.StateReason})
			if err := update(tx, r); err != nil {
				return err
			}
		}
	}
}

// Defer puts a request off until a day, with a reason that the requester reads. It fails as Accept does.
func (s *Requests) Defer(ctx context.Context, ref string, rev int64, in Answer) (Request, error) {
	return s.answer(ctx, ref, rev, "request.answer", func(tx *db.Tx, r Request) (Request, error) {
		var f fault.List
		f.Text("reason", in.Reason, fault.ReasonMax, true)
		f.Instant("until", in.Until)
		if in.Until <= tx.Now {
			f.Say("until", "request.until_past", "Say until when it is put off: a day that is still to come.")
		}
		r.State, r.Reason, r.Until = StateDeferred, in.Reason, in.Until
		return r, f.Err()
	}, Deferred)
}

// Decline declines a request, with a reason that the requester reads. It fails as Accept does.
func (s *Requests) Decline(ctx context.Context, ref string, rev int64, in Answer) (Request, error) {
	return s.answer(ctx, ref, rev, "request.answer", func(_ *db.Tx, r Request) (Request, error) {
		var f fault.List
		f.Text("reason", in.Reason, fault.ReasonMax, true)
		r.State, r.Reason, r.Until = StateDeclined, in.Reason, 0
		return r, f.Err()
	}, Declined)
}

// Withdraw takes one's own request back. It fails as Accept does, and with errs.Forbidden for somebody else's.
func (s *Requests) Withdraw(ctx context.Context, ref string, rev int64, in Answer) (Request, error) {
	return s.answer(ctx, ref, rev, "request.file", func(tx *db.Tx, r Request) (Request, error) {
		if r.Requester != auth.Me(tx) || r.Requester == "" {
			return r, errs.Forbidden("request.not_yours", "Who asked for it withdraws it. Decline it instead.")
		}
		var f fault.List
		f.Text("reason", in.Reason, fault.ReasonMax, false)
		r.State, r.Reason, r.Until = StateWithdrawn, in.Reason, 0
		return r, f.Err()
	}, Withdrawn)
}

func (s *Requests) answer(ctx context.Context, ref string, rev int64, permission string, do func(*db.Tx, Request) (Request, error), action string) (Request, error) {
	var out Request
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		r, err := Look(tx, ref)
		if err != nil {
			return err
		}
		if err := auth.Check(tx, permission, catalog.Scope(r.Product)); err != nil {
			return err
		}
		switch {
		case rev != 0 && r.Rev != rev:
			return errs.Conflict("row.stale", r, "Not saved. %s was answered or changed by somebody else. Look at it again.", r.Key)
		case !r.Answerable():
			return errs.Blocked("request.answered", "%s is %s already.", r.Key, r.State)
		}
		if r, err = do(tx, r); err != nil {
			return err
		}
		a := ledger.ActorOf(tx.Context())
		r.Answerer, r.AnsweredAt = a.For, tx.Now
		r.Rev, r.ChangedAt, r.ChangedBy = r.Rev+1, tx.Now, a.ID
		entry(tx, r, action, map[string]any{"release": r.ReleaseName, "train": r.TrainKey, "until": r.Until, "reason": r.Reason})
		if err := update(tx, r); err != nil {
			return err
		}
		out, err = byRef(tx, string(r.ID))
		return err
	})
	return out, err
}
