package capacity

import (
	"cmp"
	"context"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/resource"
)

// Allocation promises minutes of every week of a person or a tool, to a release or to standing work with a name.
type Allocation struct {
	ID         string       `json:"id"`
	Release    id.Release   `json:"release,omitempty"`
	ReleaseKey string       `json:"releaseKey,omitempty"`
	Task       string       `json:"task,omitempty"` // identifier of the task that it takes part of
	Name       string       `json:"name,omitempty"`
	Person     id.Person    `json:"person,omitempty"`
	PersonKey  string       `json:"personKey,omitempty"`
	Tool       string       `json:"tool,omitempty"` // its identifier
	Weekly     int64        `json:"weekly"`         // minutes
	First      resource.Day `json:"first"`          // Monday of the first week
	Last       resource.Day `json:"last"`           // Monday of the last week
	Request    string       `json:"request,omitempty"`
	Rev        int64        `json:"rev"`
	CreatedAt  db.Time      `json:"createdAt"`
	CreatedBy  string       `json:"createdBy"`
	ChangedAt  db.Time      `json:"changedAt"`
	ChangedBy  string       `json:"changedBy"`
}

// NewAllocation states one.
type NewAllocation struct {
	Release string `json:"release,omitempty" doc:"Key or identifier of the release; without it the name says what the time is for"`
	Task    string `json:"task,omitempty" doc:"Key of a task of the release; its owner has that much less to do"`
	Name    string `json:"name,omitempty" doc:"What the time is for, such as On call"`
	Person  string `json:"person,omitempty" doc:"Key or identifier of the person"`
	Tool    string `json:"tool,omitempty" doc:"Key of the tool, instead of a person"`
	Weekly  int64  `json:"weekly" minimum:"15" maximum:"10080" doc:"Minutes of every week"`
	First   string `json:"first" doc:"First week, or a day in it" example:"2026-W48"`
	Last    string `json:"last,omitempty" doc:"Last week, or a day in it; the first without it" example:"2026-W49"`
}

// Allocate promises time of a person or a tool. It fails with errs.NotFound for a release that the caller may not see, with
// errs.Forbidden for who does not answer for the person or tool, and with errs.Invalid for faulty fields.
func (c *Capacity) Allocate(ctx context.Context, in NewAllocation) (Allocation, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Allocation, error) {
		if err := resource.Anywhere(tx, "resource.answer"); err != nil {
			return Allocation{}, err
		}
		a, r, err := in.checked(tx)
		if err != nil {
			return Allocation{}, err
		}
		if err := mayAllocate(tx, a); err != nil {
			return Allocation{}, err
		}
		return allocate(tx, r, a)
	})
}

func mayAllocate(tx *db.Tx, a Allocation) error {
	if a.Person != "" {
		return resource.Answers(tx, a.Person)
	}
	t, err := resource.ToolByKey(tx, a.Tool)
	if err != nil {
		return err
	}
	return resource.AnswersTeam(tx, t.Team)
}

func (in NewAllocation) checked(tx *db.Tx) (Allocation, plan.Release, error) {
	var f faults
	a := Allocation{Name: in.Name, Weekly: in.Weekly}
	var r plan.Release
	if in.Release != "" {
		var err error
		if r, a.Task, err = releaseAndTask(tx, in.Release, in.Task, &f); err != nil {
			return a, r, err
		}
		a.Release, a.ReleaseKey = r.ID, r.Key
	}
	f.Text("name", in.Name, catalog.NameMax, in.Release == "")
	f.weekly(in.Weekly)
	a.First, a.Last = f.weeks(in.First, in.Last)
	switch {
	case (in.Person == "") == (in.Tool == ""):
		f.Say("person", "allocation.of_whom", "Give a person or a tool, and not both.")
	case in.Person != "":
		p := f.Person(tx, "person", in.Person)
		a.Person, a.PersonKey = p.ID, p.Key
	default:
		a.Tool = f.tool(tx, in.Tool).ID
	}
	return a, r, f.Refusal()
}

// releaseSeen looks up a release whose work the caller may see.
func releaseSeen(tx *db.Tx, ref string) (plan.Release, error) {
	r, err := plan.ReleaseByRef(tx, ref)
	if err != nil {
		return r, err
	}
	return r, auth.CheckSeen(tx, "work.read", plan.Scope(r), "release")
}

// releaseAndTask looks up a release that the caller may see and has not ended, and a task of it.
func releaseAndTask(tx *db.Tx, release, task string, f *faults) (plan.Release, string, error) {
	r, err := releaseSeen(tx, release)
	if err != nil {
		return r, "", err
	}
	if r.Ended() {
		return r, "", errs.Blocked("plan.ended", "%s is %s. Nothing of it changes any more.", r.Name, r.State.Words())
	}
	if task == "" {
		return r, "", nil
	}
	t, err := work.Find(tx, r.Key, task)
	if errs.Is(err, errs.CodeNotFound) {
		f.Say("task", "task.unknown", "The release has no task %.60q.", task)
		return r, "", nil
	}
	return r, t.ID, err
}

func allocate(tx *db.Tx, r plan.Release, a Allocation) (Allocation, error) {
	a.ID, a.Rev, a.CreatedAt, a.CreatedBy, a.ChangedAt, a.ChangedBy = id.New[string](), 1, tx.Now, resource.Actor(tx), tx.Now, resource.Actor(tx)
	if err := insertAllocation(tx, a); err != nil {
		return a, err
	}
	releaseEntry(tx, r, Allocated, "allocation", a.ID, allocated(a))
	return a, nil
}

func allocated(a Allocation) map[string]any {
	return map[string]any{"release": a.Release, "name": cmp.Or(a.Name, a.ReleaseKey), "task": a.Task, "person": a.Person, "tool": a.Tool, "weekly": a.Weekly, "first": a.First, "last": a.Last}
}

// AllocationChange says what to change of an allocation; what is nil stays. To end one early is to give another last week;
// 0 minutes take it back whole.
type AllocationChange struct {
	Weekly *int64  `json:"weekly,omitempty" minimum:"0" maximum:"10080" doc:"Minutes of every week; 0 takes the allocation back"`
	Last   *string `json:"last,omitempty" doc:"Last week, or a day in it"`
}

// Reallocate changes an allocation, or takes it back with 0 minutes. It fails as Allocate does, and with errs.Conflict if
// the version, unless it is 0, is gone.
func (c *Capacity) Reallocate(ctx context.Context, allocation string, rev int64, in AllocationChange) (Allocation, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Allocation, error) {
		if err := resource.Anywhere(tx, "resource.answer"); err != nil {
			return Allocation{}, err
		}
		a, err := allocationByID(tx, allocation)
		if err != nil {
			return Allocation{}, err
		}
		if err := mayAllocate(tx, a); err != nil {
			return Allocation{}, err
		}
		if rev != 0 && rev != a.Rev {
			return Allocation{}, auth.Stale(tx, a, id.Person(a.ChangedBy), a.ChangedAt)
		}
		var r plan.Release
		if a.Release != "" {
			if r, err = plan.ReleaseByID(tx, a.Release); err != nil {
				return Allocation{}, err
			}
		}
		n := a
		var f faults
		if in.Last != nil {
			_, n.Last = f.weeks(string(a.First), *in.Last)
		}
		if in.Weekly != nil {
			if n.Weekly = *in.Weekly; n.Weekly != 0 {
				f.weekly(n.Weekly)
			}
		}
		if err := f.Refusal(); err != nil {
			return Allocation{}, err
		}
		n.Rev, n.ChangedAt, n.ChangedBy = a.Rev+1, tx.Now, resource.Actor(tx)
		if err := updateAllocation(tx, n); err != nil {
			return Allocation{}, err
		}
		releaseEntry(tx, r, Reallocated, "allocation", a.ID, map[string]any{"before": allocated(a), "after": allocated(n)})
		return n, nil
	})
}

// AllocationFilter narrows the list of allocations.
type AllocationFilter struct {
	Person, Release string       // keys or identifiers
	Since           resource.Day // only those that last until this day or longer
}

// Allocations returns what is promised to releases that the caller may see and to standing work, by first week, at most 1,000.
// It fails with errs.NotFound for a release that the caller may not see, and with errs.Invalid for an unknown person.
func (c *Capacity) Allocations(ctx context.Context, in AllocationFilter) ([]Allocation, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Allocation, error) { return listAllocations(tx, in) })
}

func listAllocations(tx *db.Tx, in AllocationFilter) ([]Allocation, error) {
	if err := resource.Anywhere(tx, "resource.read"); err != nil {
		return nil, err
	}
	var f faults
	var w db.Where
	w.And(`a.weekly > ?`, 0)
	if in.Person != "" {
		w.And(`a.person = ?`, f.Person(tx, "person", in.Person).ID)
	}
	if in.Since != "" {
		w.And(`a.last >= ?`, in.Since.Monday())
	}
	if err := f.Refusal(); err != nil {
		return nil, err
	}
	if in.Release != "" {
		r, err := releaseSeen(tx, in.Release)
		if err != nil {
			return nil, err
		}
		w.And(`a.release = ?`, r.ID)
	}
	rows, err := allocationsWhere(tx, w)
	if err != nil {
		return nil, err
	}
	seen, err := visible(tx)
	out := []Allocation{}
	for _, a := range rows {
		if a.Release == "" || seen(a.Product) {
			out = append(out, a.Allocation)
		}
	}
	return out, err
}

// visible reports of which products the caller may see the work.
func visible(tx *db.Tx) (func(id.Product) bool, error) {
	all, scopes, err := auth.Scopes(tx, "work.read")
	return func(p id.Product) bool {
		if all {
			return true
		}
		for _, s := range scopes {
			if s.Covers(catalog.Scope(p)) {
				return true
			}
		}
		return false
	}, err
}
