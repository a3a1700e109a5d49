package work

import (
	"context"
	"fmt"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Add adds a task to a release. It fails with errs.NotFound if the caller may not see the release, with errs.Blocked if it
// has ended, with errs.Conflict for a key that is taken, and with errs.Invalid for faulty fields, among them dependencies
// that would wait for each other.
func (s *Tasks) Add(ctx context.Context, release string, in Spec) (Task, error) {
	return db.Writing(ctx, s.db, func(tx *db.Tx) (Task, error) {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return Task{}, err
		}
		if err := auth.Check(tx, "work.plan", plan.Scope(r)); err != nil {
			return Task{}, err
		}
		if err := open(r); err != nil {
			return Task{}, err
		}
		return add(tx, r, in)
	})
}

func open(r plan.Release) error {
	if r.Ended() {
		return errs.Blocked("plan.ended", "%s is %s. Nothing of it changes any more.", r.Name, r.State.Words())
	}
	return nil
}

func add(tx *db.Tx, r plan.Release, in Spec) (Task, error) {
	all, err := tasksOf(tx, r.ID)
	if err != nil {
		return Task{}, err
	}
	taken := make(map[string]Task, len(all))
	for _, t := range all {
		taken[t.Key] = t
	}
	if in.Key == "" {
		in.Key = free(id.Keyed(in.Name), taken)
	}
	if now, is := taken[in.Key]; is {
		return now, errs.Conflict("key.taken", now, "There is a task %s already.", in.Key)
	}
	t := Task{ID: id.New[string](), Release: r.ID, ReleaseKey: r.Key, Key: in.Key, Name: in.Name, Text: in.Text, Phase: in.Phase, Status: ToDo, StatusAt: tx.Now,
		Estimate: in.Estimate.filled(), NotBefore: in.NotBefore, FixedStart: in.FixedStart, FixedEnd: in.FixedEnd,
		Rev: 1, CreatedAt: tx.Now, CreatedBy: actor(tx), ChangedAt: tx.Now, ChangedBy: actor(tx), HeardAt: tx.Now}
	var f faults
	t.Owner = f.person(tx, in.Owner)
	f.when(&t, r, &in.Due, &in.Offset)
	f.task(tx, t)
	if len(all) >= tasksMax {
		f.Say("", "list.too_long", "A release has at most %d tasks.", tasksMax)
	}
	t, links := f.links(tx, t, in.Needs, in.After)
	t.Uses = f.uses(tx, in.Uses)
	t.Items = f.serves(tx, r, in.Items, nil)
	if err := f.err(); err != nil {
		return t, err
	}
	if err := insertTask(tx, t); err != nil {
		return t, err
	}
	if err := putLinks(tx, t.ID, links); err != nil {
		return t, err
	}
	if err := putUses(tx, t); err != nil {
		return t, err
	}
	if err := putItems(tx, t); err != nil {
		return t, err
	}
	entry(tx, r, TaskAdded, t, said(t))
	return taskByID(tx, t.ID)
}

// free returns the first of key, key-2, key-3 … that is not taken.
func free(key string, taken map[string]Task) string {
	if key == "" {
		key = "task"
	}
	key = strings.Trim(key[:min(len(key), id.KeyMax-5)], "-.")
	for n, k := 2, key; ; n++ {
		if _, is := taken[k]; !is {
			return k
		}
		k = fmt.Sprintf("%s-%d", key, n)
	}
}

func actor(tx *db.Tx) string {
	a := ledger.ActorOf(tx.Context())
	if a.For != "" {
		return string(a.For)
	}
	return a.ID
}

// facts is a task as entries keep it.
type facts struct {
	Key      string      `json:"key"`
	Name     string      `json:"name"`
	Text     string      `json:"text,omitempty"`
	Owner    id.Person   `json:"owner,omitempty"`
	Phase    string      `json:"phase,omitempty"`
	Status   Status      `json:"status"`
	Blocker  string      `json:"blocker,omitempty"`
	Estimate Estimate    `json:"estimate,omitzero"`
	Due      db.Time     `json:"due,omitzero"`
	Offset   plan.Offset `json:"offset,omitempty"`
	Needs    []string    `json:"needs,omitempty"`
	After    []After     `json:"after,omitempty"`
	Uses     []Use       `json:"uses,omitempty"`
	Items    []string    `json:"items,omitempty"`

	NotBefore  db.Time   `json:"notBefore,omitzero"`
	FixedStart db.Time   `json:"fixedStart,omitzero"`
	FixedEnd   db.Time   `json:"fixedFinish,omitzero"`
	StartedAt  db.Time   `json:"startedAt,omitzero"`
	EndedAt    db.Time   `json:"endedAt,omitzero"`
	Remaining  *int64    `json:"remaining,omitempty"`
	WaitsFor   id.Person `json:"waitsFor,omitempty"`
	WaitsParty string    `json:"waitsForParty,omitempty"`
}

func said(t Task) facts {
	return facts{t.Key, t.Name, t.Text, t.Owner, t.Phase, t.Status, t.Blocker, t.Estimate, t.Due, t.Offset, t.Needs, t.After, t.Uses, t.Items,
		t.NotBefore, t.FixedStart, t.FixedEnd, t.StartedAt, t.EndedAt, t.Remaining, t.WaitsFor, t.WaitsParty}
}

func entry(tx *db.Tx, r plan.Release, action string, t Task, payload any) {
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "task", ID: t.ID}, Release: r.ID, Scope: string(plan.Scope(r)), Payload: payload})
}
