package work

import (
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Limits of tasks: how many a release has, how many one needs, and the bytes of texts beside those of the catalog.
const (
	tasksMax   = 2_000
	needsMax   = 100
	usesMax    = 50
	itemsMax   = 50
	unitsMax   = 1_000
	partyMax   = 200
	silentMax  = 3_650
	blockerMax = 2_000
	noteMax    = 2_000
	// estimateMax is the greatest estimate in minutes: ten years.
	estimateMax = 10 * 366 * 24 * 60
)

// faultsShown bounds how many faults a refusal names.
const faultsShown = 20

// faults gathers what is wrong with an input.
type faults struct {
	errs.Faults
	known *known
}

// known is what was looked up of a release for one input, however many tasks it has.
type known struct {
	people map[string]id.Person
	phases map[string]bool
	items  map[string]bool
}

// lookups returns what was looked up so far.
func (f *faults) lookups() *known {
	if f.known == nil {
		f.known = &known{}
	}
	return f.known
}

func (f *faults) err() error { return f.Err(f.Counted(), faultsShown) }

// person looks a person up.
func (f *faults) person(tx *db.Tx, ref string) id.Person {
	if ref == "" {
		return ""
	}
	k := f.lookups()
	if who, done := k.people[ref]; done {
		return who
	}
	p, err := auth.PersonByRef(tx, ref)
	f.found("owner", err, "owner.unknown", "There is no person %.60q. Give a person's key.", ref)
	if err == nil {
		if k.people == nil {
			k.people = map[string]id.Person{}
		}
		k.people[ref] = p.ID
	}
	return p.ID
}

// waits looks up who removes a blocker.
func (f *faults) waits(tx *db.Tx, ref string) id.Person {
	if ref == "" {
		return ""
	}
	p, err := auth.PersonByRef(tx, ref)
	f.found("waitsFor", err, "person.unknown", "There is no person %.60q. Give a person's key, or an outside party in waitsForParty.", ref)
	return p.ID
}

// found says that something named does not exist; any other error is the failure.
func (f *faults) found(path string, err error, reason, format string, args ...any) {
	if errs.Is(err, errs.CodeNotFound) {
		f.Say(path, reason, format, args...)
		return
	}
	f.Add(err)
}

// task checks what a task says by itself and beside its release.
func (f *faults) task(tx *db.Tx, t Task) {
	f.Add(id.CheckKey("key", t.Key))
	f.Add(catalog.CheckText("name", t.Name, catalog.NameMax, true))
	f.Add(catalog.CheckText("text", t.Text, catalog.TextMax, false))
	f.Add(catalog.CheckText("blocker", t.Blocker, blockerMax, false))
	if !t.Status.known() {
		f.Say("status", "task.status_unknown", "A status is todo, doing, blocked, done or dropped, not %.30q.", string(t.Status))
	}
	if t.Status == Blocked && t.Blocker == "" {
		f.Say("blocker", "task.blocker_missing", "Say what the task waits for, so that somebody can remove it.")
	}
	f.estimate(t.Estimate)
	f.dates(tx, t)
	if t.Phase == "" {
		return
	}
	if has, err := f.phases(tx, t.Release); err != nil {
		f.Add(err)
	} else if !has[t.Phase] {
		f.Say("phase", "phase.unknown", "The release has no phase %.60q.", t.Phase)
	}
}

// phases returns the keys of the phases of a release.
func (f *faults) phases(tx *db.Tx, r id.Release) (map[string]bool, error) {
	k := f.lookups()
	if k.phases != nil {
		return k.phases, nil
	}
	all, err := plan.Phases(tx, r)
	if err != nil {
		return nil, err
	}
	k.phases = make(map[string]bool, len(all))
	for _, p := range all {
		k.phases[p.Key] = true
	}
	return k.phases, nil
}

func (f *faults) estimate(e Estimate) {
	switch {
	case e.Low < 0 || e.Likely < 0 || e.High < 0:
		f.Say("estimate", "task.estimate_negative", "An estimate is not negative.")
	case e.High > estimateMax || e.Likely > estimateMax || e.Low > estimateMax:
		f.Say("estimate", "task.estimate_too_long", "An estimate is at most ten years.")
	case e.Low > e.Likely || e.Likely > e.High:
		f.Say("estimate", "task.estimate_disordered", "The optimistic estimate is at most the likely one, and the likely one at most the pessimistic one.")
	}
}

// when sets the due date: as stated, or at its distance from the window.
func (f *faults) when(t *Task, r plan.Release, due *db.Time, offset *plan.Offset) {
	if due != nil {
		t.Due, t.Offset = *due, ""
	}
	if offset == nil || *offset == "" {
		return
	}
	if due != nil && !due.IsZero() {
		f.Say("due", "task.dated_twice", "Give either a date or the distance from the window's start.")
	}
	var o plan.Offset
	if err := o.UnmarshalText([]byte(*offset)); err != nil {
		f.Say("offset", "offset.malformed", "A distance from the window's start has the form -2d, -4h, +30m or 0.")
		return
	}
	t.Offset, t.Due = o, o.From(r.Window.Start)
}

// dates checks the dates that are planned and those that happened, and what is left.
func (f *faults) dates(tx *db.Tx, t Task) {
	for _, d := range []struct {
		field string
		at    db.Time
	}{{"due", t.Due}, {"notBefore", t.NotBefore}, {"fixedStart", t.FixedStart}, {"fixedFinish", t.FixedEnd}, {"startedAt", t.StartedAt}, {"endedAt", t.EndedAt}} {
		if y := d.at.Std().Year(); !d.at.IsZero() && (y < 2000 || y > 2199) {
			f.Say(d.field, "instant.out_of_range", "The year is %d. Dates from 2000 to 2199 are kept.", y)
		}
	}
	if !t.FixedStart.IsZero() && !t.FixedEnd.IsZero() && t.FixedEnd.Before(t.FixedStart) {
		f.Say("fixedFinish", "task.dates_disordered", "A task finishes after it starts.")
	}
	switch {
	case t.StartedAt.After(tx.Now):
		f.Say("startedAt", "task.in_future", "What has happened lies in the past. Use notBefore or fixedStart for a plan.")
	case t.EndedAt.After(tx.Now):
		f.Say("endedAt", "task.in_future", "What has happened lies in the past. Use due or fixedFinish for a plan.")
	case !t.EndedAt.IsZero() && t.EndedAt.Before(t.StartedAt):
		f.Say("endedAt", "task.dates_disordered", "A task ends after it has begun.")
	}
	if t.Remaining != nil && *t.Remaining > estimateMax {
		f.Say("remaining", "task.estimate_too_long", "What is left is at most ten years.")
	}
	f.Add(catalog.CheckText("waitsForParty", t.WaitsParty, partyMax, false))
	if t.WaitsFor != "" && t.WaitsParty != "" {
		f.Say("waitsForParty", "task.waits_twice", "Give either the person or the outside party that removes the blocker.")
	}
}
