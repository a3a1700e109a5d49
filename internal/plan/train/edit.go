package train

import (
	"context"
	"reflect"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Add makes a train, which runs at once: releases whose lead time has come are opened soon after. It fails with errs.Conflict for a key that
// is taken and errs.Invalid for faulty fields.
func (s *Trains) Add(ctx context.Context, in Spec) (Timetable, error) {
	var out Timetable
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		t, err := s.add(tx, in)
		if err != nil {
			return err
		}
		out, err = s.timetable(tx, t, PreviewMost, pastMost)
		return err
	})
	return out, err
}

func (s *Trains) add(tx *db.Tx, in Spec) (Train, error) {
	p, err := productOf(tx, in.Product)
	if err != nil {
		return Train{}, err
	}
	if err := auth.Check(tx, "train.edit", catalog.Scope(p.ID)); err != nil {
		return Train{}, err
	}
	t := Train{ID: id.New[ID](), Product: p.ID, ProductKey: p.Key, ProductName: p.Name, State: StateRunning, StateAt: tx.Now, Since: tx.Now,
		Rev: 1, CreatedAt: tx.Now, CreatedBy: actor(tx), ChangedAt: tx.Now, ChangedBy: actor(tx)}
	t, rule, err := s.over(tx, t, in)
	if err != nil {
		return t, err
	}
	if has, err := keyTaken(tx, t.Key); err != nil {
		return t, err
	} else if has {
		return t, errs.Conflict("key.taken", nil, "There is a train %s already. Choose another key, or change that one.", t.Key)
	}
	t = t.waits(rule)
	if err := insert(tx, t); err != nil {
		return t, err
	}
	entry(tx, t, Added, "", map[string]any{"after": said(t)})
	return t, s.wake(tx, t)
}

// Set replaces what is stated about a train; its key and its product stay. Releases that were opened stay as they are. rev is the version that
// the caller read, 0 for any. It fails as Add does, with errs.Conflict if that version is gone, and with errs.Blocked for a train that is
// closed.
func (s *Trains) Set(ctx context.Context, ref string, rev int64, in Spec) (Timetable, error) {
	return s.change(ctx, ref, rev, func(tx *db.Tx, was Train) (Train, error) { return s.set(tx, was, in) })
}

func (s *Trains) set(tx *db.Tx, was Train, in Spec) (Train, error) {
	if in.Product != "" && in.Product != was.ProductKey && in.Product != string(was.Product) {
		return was, errs.InvalidField("product", "train.product_fixed", "The train belongs to %s. It cannot move to another product.", was.ProductKey)
	}
	in.Key = was.Key
	if in.Owner == "" {
		in.Owner = string(was.Owner)
	}
	t, rule, err := s.over(tx, was, in)
	if err != nil || reflect.DeepEqual(said(was), said(t)) && was.Text == t.Text {
		return was, err
	}
	t = t.waits(rule)
	t.Fault = ""
	t.Rev, t.ChangedAt, t.ChangedBy = was.Rev+1, tx.Now, actor(tx)
	entry(tx, t, Changed, "", map[string]any{"before": said(was), "after": said(t)})
	if err := update(tx, t); err != nil {
		return t, err
	}
	return t, s.wake(tx, t)
}

// Pause stops a train for a reason: it opens no release until it is resumed. It fails as Set does.
func (s *Trains) Pause(ctx context.Context, ref string, rev int64, reason string) (Timetable, error) {
	return s.turn(ctx, ref, rev, StatePaused, Paused, reason)
}

// Resume lets a paused train run again. Dates whose window has begun meanwhile are not made up for. It fails as Set does.
func (s *Trains) Resume(ctx context.Context, ref string, rev int64, reason string) (Timetable, error) {
	return s.turn(ctx, ref, rev, StateRunning, Resumed, reason)
}

// Close ends a train for good, for a reason. Its releases stay. It fails as Set does.
func (s *Trains) Close(ctx context.Context, ref string, rev int64, reason string) (Timetable, error) {
	return s.turn(ctx, ref, rev, StateClosed, Closed, reason)
}

func (s *Trains) turn(ctx context.Context, ref string, rev int64, to State, action, reason string) (Timetable, error) {
	return s.change(ctx, ref, rev, func(tx *db.Tx, t Train) (Train, error) {
		var f fault.List
		f.Text("reason", reason, fault.ReasonMax, to != StateRunning)
		if err := f.Err(); err != nil {
			return t, err
		}
		if t.State == to {
			return t, errs.Blocked("train.state_same", "The train %s is %s already.", t.Name, to)
		}
		was := t.State
		t.State, t.StateReason, t.StateAt = to, reason, tx.Now
		if to == StateRunning {
			rule, err := s.calendar.Cadence(t.Cadence)
			if err != nil {
				return t, err
			}
			t.Since = max(t.Since, tx.Now)
			t = t.waits(rule)
		}
		if to == StateClosed {
			t.NextAt, t.OpensAt = 0, 0
		}
		t.Fault = ""
		t.Rev, t.ChangedAt, t.ChangedBy = t.Rev+1, tx.Now, actor(tx)
		entry(tx, t, action, "", map[string]any{"from": was, "to": to, "reason": reason})
		if err := update(tx, t); err != nil {
			return t, err
		}
		if to == StateClosed {
			for _, part := range s.closing {
				if err := part(tx, t); err != nil {
					return t, err
				}
			}
		}
		return t, s.wake(tx, t)
	})
}

func (s *Trains) change(ctx context.Context, ref string, rev int64, do func(*db.Tx, Train) (Train, error)) (Timetable, error) {
	var out Timetable
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		t, err := s.editable(tx, ref, rev)
		if err != nil {
			return err
		}
		if t, err = do(tx, t); err != nil {
			return err
		}
		out, err = s.timetable(tx, t, PreviewMost, pastMost)
		return err
	})
	return out, err
}

// editable reads a train for a change.
func (s *Trains) editable(tx *db.Tx, ref string, rev int64) (Train, error) {
	t, err := ByRef(tx, ref)
	if err != nil {
		return t, err
	}
	if err := auth.Check(tx, "train.edit", catalog.Scope(t.Product)); err != nil {
		return t, err
	}
	switch {
	case t.State == StateClosed:
		return t, errs.Blocked("train.closed", "The train %s is closed. Add another one.", t.Name)
	case rev != 0 && t.Rev != rev:
		return t, errs.Conflict("row.stale", t, "Not saved. %s was changed by somebody else. Compare with what it is now, then save again.", t.Name)
	}
	return t, nil
}

// waits sets when the next release is due: the first date behind those that are settled.
func (t Train) waits(rule Rule) Train {
	t.NextAt, t.OpensAt = 0, 0
	if next := rule.After(t.Since.Std(), 1); len(next) > 0 {
		t.NextAt, t.OpensAt = next[0].Start, t.opens(next[0].Start)
	}
	return t
}
