package deploy

import (
	"context"
	"fmt"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/deploy/book"
	"slipway/internal/deploy/drive"
	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/runlog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// inlineMax bounds the steps that one transaction carries out itself, so that it does not hold up others.
const inlineMax = 100

// proceed takes the run as far as it goes inside the transaction: due timers, conditions, steps without an outside effect,
// and claims for this process.
func (t *turn) proceed(d *drive.Driver) error {
	if at, ok := runbook.NextWake(t.run.Course); ok && !at.After(t.tx.Now.Std()) {
		if err := t.apply(runbook.Event{Kind: runbook.Ticked}); err != nil {
			return err
		}
	}
	for range inlineMax {
		moved, err := t.move(d)
		if err != nil || !moved {
			return err
		}
	}
	return nil
}

// move does the first thing that can be done and reports whether the run has to be looked at again.
func (t *turn) move(d *drive.Driver) (bool, error) {
	for _, f := range t.engine.Outstanding(t.run.Course) {
		def, _ := t.engine.Definition(f.Step)
		switch {
		case f.Kind == runbook.EffectEvaluate:
			return true, t.evaluate(f)
		case f.Kind == runbook.EffectStart && !def.Kind.Outside():
			return true, t.inline(f, def)
		case f.Kind == runbook.EffectStart, f.Kind == runbook.EffectCheck:
			if d == nil || d.Free() <= len(t.claims) {
				continue
			}
			return true, t.claim(d, f, def)
		}
	}
	return false, nil
}

func (t *turn) evaluate(f runbook.Effect) error {
	ev := runbook.Event{Kind: runbook.ConditionResolved, Step: f.Step}
	ok, err := t.s.books.Holds(t.tx.Context(), f.Text, book.Tree(t.values()))
	switch {
	case errs.Is(err, errs.CodeInvalid):
		ev.Reason = "The condition of the step cannot be judged. " + errs.As(err).Msg
	case err != nil:
		return err
	}
	ev.Holds = ok
	return t.apply(ev)
}

// claim takes an offer: the intent, which commits with the transaction. The effect begins after the commit.
func (t *turn) claim(d *drive.Driver, f runbook.Effect, def *runbook.Step) error {
	now, err := t.tx.ServerNow()
	if err != nil {
		return err
	}
	a := Attempt{ID: id.New[string](), Run: t.run.ID, Step: f.Step, Attempt: f.Attempt, Round: f.Round, Checking: f.Kind == runbook.EffectCheck, Kind: def.Kind,
		Token: id.New[string](), Holder: d.Holder(), Place: d.Place(), LeaseUntil: now.Add(t.s.o.Lease), StartedAt: t.tx.Now}
	if a.Checking && def.Check.HTTP != nil {
		a.Kind = runbook.HTTP
	} else if a.Checking {
		a.Kind = runbook.Command
	}
	if err := t.apply(runbook.Event{Kind: runbook.Claimed, Step: a.Step, Attempt: a.Attempt, Token: a.Token}); err != nil {
		return err
	}
	t.claims = append(t.claims, t.claimed(a, def))
	return insertAttempt(t.tx, a)
}

// claimed is the attempt as the driver carries it out.
func (t *turn) claimed(a Attempt, def *runbook.Step) drive.Claim {
	return drive.Claim{ID: a.ID, Run: a.Run, Step: a.Step, Attempt: a.Attempt, Round: a.Round, Checking: a.Checking, Kind: a.Kind, Token: a.Token, Logged: a.Logged,
		Stopping: a.Stopping, Def: def, Values: t.values()}
}

// inline carries out a step whose whole effect lies in this transaction.
func (t *turn) inline(f runbook.Effect, def *runbook.Step) error {
	a := Attempt{ID: id.New[string](), Run: t.run.ID, Step: f.Step, Attempt: f.Attempt, Round: f.Round, Kind: def.Kind,
		Token: id.New[string](), StartedAt: t.tx.Now, EndedAt: t.tx.Now, Outcome: "succeeded"}
	ev := runbook.Event{Kind: runbook.AttemptSucceeded, Step: a.Step, Attempt: a.Attempt, Token: a.Token}
	if err := t.apply(runbook.Event{Kind: runbook.Claimed, Step: a.Step, Attempt: a.Attempt, Token: a.Token}); err != nil {
		return err
	}
	said, err := t.perform(def)
	if err != nil {
		e := errs.As(err)
		if e.Code != errs.CodeInvalid && e.Code != errs.CodeNotFound {
			return err
		}
		said = e.Error()
		ev.Kind, ev.Reason, ev.Final = runbook.AttemptFailed, said, true
		a.Outcome, a.Reason = "failed", said
	}
	if err := insertAttempt(t.tx, a); err != nil {
		return err
	}
	if err := runlog.Append(t.tx, t.run.ID, a.Step, a.Attempt, "slipway", said+"\n"); err != nil {
		return err
	}
	return t.apply(ev)
}

// perform notifies or records, and says what it did.
func (t *turn) perform(def *runbook.Step) (string, error) {
	expand := t.expander()
	if def.Kind == runbook.Notify {
		text, err := expand("notify.text", def.Notify.Text)
		if err != nil {
			return "", err
		}
		t.entry(StepNotified, map[string]any{"step": def.Key, "to": def.Notify.To, "text": text})
		return "Told " + list(def.Notify.To) + ": " + text, nil
	}
	n := def.Record
	var err error
	in := catalog.NewDeployment{Outcome: catalog.DeploymentOutcome(n.Outcome), Release: t.run.Release, Run: t.run.ID, Source: "run " + string(t.run.ID)}
	for _, x := range []struct {
		to         *string
		name, text string
	}{{&in.Service, "record.service", n.Service}, {&in.Environment, "record.environment", n.Environment}, {&in.Version, "record.version", n.Version}, {&in.Digest, "record.digest", n.Digest}} {
		if *x.to, err = expand(x.name, x.text); err != nil {
			return "", err
		}
	}
	what := fmt.Sprintf("%s %s in %s", in.Service, in.Version, in.Environment)
	if t.run.Mode == Rehearsal {
		e, err := catalog.EnvironmentByRef(t.tx, in.Environment)
		if err != nil {
			return "", err
		}
		if !t.rehearsesIn(e) {
			return "Rehearsal: " + what + " was not recorded, since it did not happen there.", nil
		}
		in.Source = "rehearsal " + string(t.run.ID)
	}
	d, err := catalog.RecordDeployment(t.tx, in)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("Recorded: %s, %s.", what, d.Outcome), nil
}

// rehearsesIn reports whether a rehearsal really deploys to the environment: it was started for it, and it is not production.
func (t *turn) rehearsesIn(e catalog.Environment) bool {
	if e.Tier >= catalog.Production {
		return false
	}
	for _, x := range t.run.Given.Environments {
		if x == e.ID {
			return true
		}
	}
	return false
}

// values are those of placeholders: what was given, and how the steps stand.
func (t *turn) values() map[string]string {
	out := make(map[string]string, len(t.run.Given.Values)+len(t.run.Course.Steps))
	for k, v := range t.run.Given.Values {
		out[k] = v
	}
	for _, s := range t.run.Course.Steps {
		out["step."+s.Key+".state"] = string(s.State)
		out["step."+s.Key+".reason"] = s.Reason
	}
	return out
}

// value returns one of the values without gathering all of them.
func (t *turn) value(name string) (string, bool) {
	if !strings.HasPrefix(name, "step.") {
		v, ok := t.run.Given.Values[name]
		return v, ok
	}
	v, ok := t.values()[name]
	return v, ok
}

// expander puts values in the place of placeholders. It knows no secrets: what is recorded holds none.
func (t *turn) expander() func(field, text string) (string, error) {
	return func(field, text string) (string, error) {
		out, err := runbook.Expand(text, t.value)
		if err != nil {
			return "", errs.Invalid("run.placeholder", "%s cannot be filled in: %s.", field, err)
		}
		return out, nil
	}
}

func list(words []string) string {
	switch len(words) {
	case 0:
		return "everybody who follows the run"
	case 1:
		return words[0]
	}
	out := words[0]
	for _, w := range words[1 : len(words)-1] {
		out += ", " + w
	}
	return out + " and " + words[len(words)-1]
}

// advance takes a run as far as it goes by itself.
func (s *Runs) advance(ctx context.Context, r id.Run) error {
	return s.db.Write(system(ctx), func(tx *db.Tx) error {
		t, err := s.turn(tx, r)
		if errs.Is(err, errs.CodeNotFound) || err == nil && t.run.State.Ended() {
			return nil
		}
		if err != nil {
			return err
		}
		if err := t.proceed(s.running()); err != nil {
			return err
		}
		return t.save()
	})
}

// settle puts the end of an attempt to its run and takes the run on from there, in one transaction. A result that the engine no
// longer waits for is refused and changes nothing but that the claim is closed; then taken is false.
func (s *Runs) settle(ctx context.Context, c drive.Claim, o drive.Outcome, l drive.Log) (taken bool, err error) {
	ev := runbook.Event{Kind: o.Kind, Step: c.Step, Attempt: c.Attempt, Token: c.Token, Reason: o.Reason, Final: o.Final}
	said := map[runbook.EventKind]string{runbook.AttemptSucceeded: "succeeded", runbook.AttemptFailed: "failed", runbook.AttemptUnknown: "unknown"}[o.Kind]
	err = s.db.Write(system(ctx), func(tx *db.Tx) error {
		t, err := s.turn(tx, c.Run)
		if err != nil {
			return err
		}
		if err := t.apply(ev); err != nil {
			return err
		}
		if err := endAttempt(tx, c.ID, c.Token, said, o.Reason); err != nil {
			return err
		}
		if err := keepLog(tx, c, l); err != nil {
			return err
		}
		if err := t.proceed(s.running()); err != nil {
			return err
		}
		return t.save()
	})
	if !late(err) {
		return err == nil, err
	}
	return false, s.db.Write(system(ctx), func(tx *db.Tx) error {
		l.Parts = append(l.Parts[:len(l.Parts):len(l.Parts)], drive.Part{Source: "slipway", Text: "The result came too late and was not taken: " + said + ".\n"})
		if err := keepLog(tx, c, l); err != nil {
			return err
		}
		err := endAttempt(tx, c.ID, c.Token, "lost", "Its result came when nobody waited for it any more: "+said+".")
		if late(err) {
			return nil
		}
		return err
	})
}

// keepLog stores a stretch of the log of an attempt.
func keepLog(tx *db.Tx, c drive.Claim, l drive.Log) error {
	for _, p := range l.Parts {
		if err := runlog.Append(tx, c.Run, c.Step, c.Attempt, p.Source, p.Text); err != nil {
			return err
		}
	}
	if l.Offset == 0 || len(l.Parts) == 0 {
		return nil
	}
	return logged(tx, c.ID, l.Offset)
}

// late reports whether a result was refused since nobody waits for it any more.
func late(err error) bool {
	r := errs.ReasonOf(err)
	return r == runbook.ErrStale.Reason || r == runbook.ErrEnded.Reason
}
