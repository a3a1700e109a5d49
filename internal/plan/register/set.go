package register

import (
	"cmp"
	"context"

	"slipway/internal/errs"
	"slipway/internal/plan/action"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Change says what to change of an action; what is nil stays.
type Change struct {
	Title      *string  `json:"title,omitempty" doc:"What is promised, in a line"`
	Text       *string  `json:"text,omitempty" doc:"More about it"`
	Owner      *string  `json:"owner,omitempty" doc:"Key or identifier of the person who does it"`
	Due        *db.Time `json:"due,omitempty" doc:"When it is to be done"`
	ClosesWith *string  `json:"closesWith,omitempty" doc:"What will show that it is done"`
	Verifier   *string  `json:"verifier,omitempty" doc:"Key or identifier of the person who closes it; empty for nobody in particular"`
	Proof      *bool    `json:"proof,omitempty" doc:"Whether somebody else than its owner closes it, upon proof"`
	Note       string   `json:"note,omitempty" doc:"Why, as the record will say"`
}

// Set changes an action. rev is the version that the caller read; 0 takes whatever there is. It fails with errs.Conflict, carrying the present
// row, if that is gone, with errs.Blocked if the action has ended, or follows something else, with errs.Forbidden for whoever neither
// owns it nor added it nor may change all, and for its owner who wants to close it without proof.
func (r *Register) Set(ctx context.Context, ref string, rev int64, in Change) (Action, error) {
	return r.write(ctx, ref, rev, func(tx *db.Tx, a Action) (Action, string, error) {
		if err := mayEdit(tx, a); err != nil {
			return a, "", err
		}
		if err := cmp.Or(ended(a), mirrored(a)); err != nil {
			return a, "", err
		}
		if a.ProofWanted && in.Proof != nil && !*in.Proof && a.Owner == auth.Me(tx) {
			return a, "", errs.Forbidden("action.own_proof", "%s is yours. Somebody else says that it closes without proof.", a.Key)
		}
		var f fault.List
		for _, s := range []struct{ to, from *string }{{&a.Title, in.Title}, {&a.Text, in.Text}, {&a.ClosesWith, in.ClosesWith}} {
			if s.from != nil {
				*s.to = *s.from
			}
		}
		if in.Owner != nil {
			a.Owner = f.Person(tx, "owner", *in.Owner)
		}
		if in.Verifier != nil {
			a.Verifier = f.Person(tx, "verifier", *in.Verifier)
		}
		if in.Proof != nil {
			a.ProofWanted = *in.Proof
		}
		if in.Due != nil && *in.Due != a.Due {
			a.Due, a.RemindedAt, a.OverdueAt, a.EscalatedAt = *in.Due, 0, 0, 0
			ahead(&f, tx, a)
		}
		check(&f, a)
		f.Text("note", in.Note, noteMax, false)
		return a, action.Changed, f.Err()
	}, in.Note)
}

// Start says that the work on an action has begun. Its owner does, or who may change all.
func (r *Register) Start(ctx context.Context, ref string, rev int64) (Action, error) {
	return r.write(ctx, ref, rev, func(tx *db.Tx, a Action) (Action, string, error) {
		if err := cmp.Or(mayWork(tx, a), ended(a), mirrored(a)); err != nil {
			return a, "", err
		}
		if a.State != action.Open {
			return a, "", errs.Blocked("action.not_open", "%s is %s already.", a.Key, a.State.Words())
		}
		return moved(tx, a, action.Started, ""), action.Begun, nil
	}, "")
}

// Shown is what proves that an action is done.
type Shown struct {
	Text string `json:"text,omitempty" doc:"What was done, or what shows it"`
	URL  string `json:"url,omitempty" doc:"Where that can be seen"`

	file func(tx *db.Tx) (name, digest string, size int64, err error)
}

// Done says that an action is done. Where no proof is asked for that closes it; otherwise it waits for somebody else than its owner. Its owner says so, or who may
// change all. It fails with errs.Invalid where proof is asked for and nothing is shown.
func (r *Register) Done(ctx context.Context, ref string, rev int64, in Shown) (Action, error) {
	return r.write(ctx, ref, rev, func(tx *db.Tx, a Action) (Action, string, error) {
		if err := cmp.Or(mayWork(tx, a), ended(a), mirrored(a)); err != nil {
			return a, "", err
		}
		var f fault.List
		f.Text("text", in.Text, proofMax, false)
		f.URL("url", in.URL)
		if a.ProofWanted && in.Text == "" && in.URL == "" && in.file == nil {
			f.Say("text", "action.proof_missing", "It closes with proof: say or link what shows that it is done.")
		}
		if err := f.Err(); err != nil {
			return a, "", err
		}
		a.Proof = action.Proof{Text: in.Text, URL: in.URL, At: tx.Now, By: auth.Me(tx)}
		if in.file != nil {
			var err error
			if a.Proof.Name, a.Proof.Digest, a.Proof.Size, err = in.file(tx); err != nil {
				return a, "", err
			}
		}
		if !a.ProofWanted {
			return moved(tx, a, action.Closed, ""), action.ClosedDone, nil
		}
		return moved(tx, a, action.Said, ""), action.SaidDone, nil
	}, "")
}

// Close closes an action as proven. Its verifier does, or anybody with the right but whoever owns it or showed the proof. It fails with
// errs.Blocked unless it was said to be done.
func (r *Register) Close(ctx context.Context, ref string, rev int64, note string) (Action, error) {
	return r.write(ctx, ref, rev, func(tx *db.Tx, a Action) (Action, string, error) {
		if err := cmp.Or(mirrored(a), ended(a)); err != nil {
			return a, "", err
		}
		if a.State != action.Said && a.ProofWanted {
			return a, "", errs.Blocked("action.not_said_done", "%s is %s. Its owner says first that it is done, and shows it.", a.Key, a.State.Words())
		}
		if err := mayClose(tx, a); err != nil {
			return a, "", err
		}
		var f fault.List
		f.Text("note", note, noteMax, false)
		return moved(tx, a, action.Closed, note), action.ClosedDone, f.Err()
	}, note)
}

// SendBack says that what was shown is not enough, and why. Who may close it may do so.
func (r *Register) SendBack(ctx context.Context, ref string, rev int64, reason string) (Action, error) {
	return r.write(ctx, ref, rev, func(tx *db.Tx, a Action) (Action, string, error) {
		if a.State != action.Said {
			return a, "", errs.Blocked("action.not_said_done", "%s is %s. There is nothing to send back.", a.Key, a.State.Words())
		}
		if err := mayClose(tx, a); err != nil {
			return a, "", err
		}
		var f fault.List
		f.Text("note", reason, noteMax, true)
		return moved(tx, a, action.Started, reason), action.SentBack, f.Err()
	}, reason)
}

// Drop ends an action that will not be done, with a reason. Who may change all actions may do so.
func (r *Register) Drop(ctx context.Context, ref string, rev int64, reason string) (Action, error) {
	return r.write(ctx, ref, rev, func(tx *db.Tx, a Action) (Action, string, error) {
		if err := cmp.Or(auth.Check(tx, "action.edit", action.Scope(a)), mirrored(a), ended(a)); err != nil {
			return a, "", err
		}
		var f fault.List
		f.Text("note", reason, noteMax, true)
		return moved(tx, a, action.Dropped, reason), action.DroppedGone, f.Err()
	}, reason)
}

// Reopen takes an action up again that was closed or dropped, with a reason.
func (r *Register) Reopen(ctx context.Context, ref string, rev int64, reason string) (Action, error) {
	return r.write(ctx, ref, rev, func(tx *db.Tx, a Action) (Action, string, error) {
		if err := cmp.Or(mayEdit(tx, a), mirrored(a)); err != nil {
			return a, "", err
		}
		if !a.State.Ended() {
			return a, "", errs.Blocked("action.not_ended", "%s is %s.", a.Key, a.State.Words())
		}
		var f fault.List
		f.Text("note", reason, noteMax, true)
		return moved(tx, a, action.Open, reason), action.Reopened, f.Err()
	}, reason)
}

// write changes one action and records it; a change that alters nothing writes nothing.
func (r *Register) write(ctx context.Context, ref string, rev int64, change func(tx *db.Tx, a Action) (Action, string, error), note string) (Action, error) {
	return db.Writing(ctx, r.db, func(tx *db.Tx) (Action, error) {
		a, err := r.Find(tx, ref)
		if err != nil {
			return Action{}, err
		}
		n, what, err := change(tx, a)
		if err != nil {
			return Action{}, err
		}
		if err := stale(tx, a, rev); err != nil {
			return Action{}, err
		}
		if n == a {
			return a, nil
		}
		if n, err = action.Save(tx, n); err != nil {
			return Action{}, err
		}
		action.Record(tx, what, &a, n, note)
		return action.By(tx, string(n.ID))
	})
}

func moved(tx *db.Tx, a Action, to State, reason string) Action {
	a.State, a.StateReason, a.StateAt, a.StateBy = to, reason, tx.Now, action.Actor(tx)
	if to == action.Open {
		a.Proof = action.Proof{}
	}
	return a
}

// mayWork lets the owner of an action say how far it is, and who may change all.
func mayWork(tx *db.Tx, a Action) error {
	if err := auth.Check(tx, "action.add", action.Scope(a)); err == nil && a.Owner != "" && a.Owner == auth.Me(tx) {
		return nil
	}
	err := auth.Check(tx, "action.edit", action.Scope(a))
	if errs.Is(err, errs.CodeForbidden) {
		return errs.Forbidden("action.not_yours", "%s is not yours. Its owner says how far it is.", a.Key)
	}
	return err
}

// mayEdit lets whoever added or owns an action change it, and who may change all.
func mayEdit(tx *db.Tx, a Action) error {
	if me := auth.Me(tx); me != "" && (a.Owner == me || a.CreatedBy == string(me)) && auth.Check(tx, "action.add", action.Scope(a)) == nil {
		return nil
	}
	err := auth.Check(tx, "action.edit", action.Scope(a))
	if errs.Is(err, errs.CodeForbidden) {
		return errs.Forbidden("action.not_yours", "%s is not yours. Whoever owns it or added it changes it.", a.Key)
	}
	return err
}

// mayClose lets the verifier close an action, and with the right everybody but its owner and whoever showed the proof.
func mayClose(tx *db.Tx, a Action) error {
	me := auth.Me(tx)
	if a.ProofWanted && me != "" && (me == a.Owner || me == a.Proof.By) {
		return errs.Forbidden("action.own_proof", "You did %s yourself. Somebody else closes it.", a.Key)
	}
	if a.Verifier != "" && a.Verifier == me {
		return auth.Check(tx, "action.read", action.Scope(a))
	}
	return auth.Check(tx, "action.close", action.Scope(a))
}

// Why says in a sentence why the caller cannot do something to an action, "" if they can: start, done, close, back, drop, reopen or
// edit. It checks no permission and changes nothing.
func Why(tx *db.Tx, a Action, verb string) (string, error) {
	ctx, _ := auth.WithRoute(tx.Context(), "")
	tx = tx.As(ctx)
	var err error
	switch verb {
	case "start", "done":
		err = cmp.Or(mirrored(a), ended(a), mayWork(tx, a))
	case "close", "back":
		err = cmp.Or(mirrored(a), ended(a), mayClose(tx, a))
	case "drop":
		err = cmp.Or(mirrored(a), ended(a), auth.Check(tx, "action.edit", action.Scope(a)))
	case "edit", "reopen":
		err = cmp.Or(mirrored(a), mayEdit(tx, a))
	}
	if e := errs.As(err); err != nil && (e.Code == errs.CodeForbidden || e.Code == errs.CodeBlocked) {
		return e.Msg, nil
	}
	return "", err
}
