package capacity

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work/resource"
)

// Request asks for time of a person, of somebody with a skill, or of a tool, for a release.
type Request struct {
	ID         string         `json:"id"`
	Release    id.Release     `json:"release"`
	ReleaseKey string         `json:"releaseKey"`
	Task       string         `json:"task,omitempty"`   // identifier of the task that it is for
	Person     id.Person      `json:"person,omitempty"` // asked for, or who was granted for a skill
	PersonKey  string         `json:"personKey,omitempty"`
	Skill      string         `json:"skill,omitempty"`
	Level      int64          `json:"level,omitempty"`
	Tool       string         `json:"tool,omitempty"` // its identifier
	Weekly     int64          `json:"weekly"`         // minutes
	First      resource.Day   `json:"first"`          // Monday of the first week
	Last       resource.Day   `json:"last"`           // Monday of the last week
	Reason     string         `json:"reason"`
	State      resource.State `json:"state"`
	Answer     string         `json:"answer,omitempty"`
	AnsweredBy string         `json:"answeredBy,omitempty"`
	AnsweredAt db.Time        `json:"answeredAt,omitzero"`
	Rev        int64          `json:"rev"`
	CreatedAt  db.Time        `json:"createdAt"`
	CreatedBy  string         `json:"createdBy"`
}

// NewRequest states one.
type NewRequest struct {
	Release string `json:"release" doc:"Key or identifier of the release"`
	Task    string `json:"task,omitempty" doc:"Key of the task of the release that is to be helped with"`
	Person  string `json:"person,omitempty" doc:"Key or identifier of the person who is asked for"`
	Skill   string `json:"skill,omitempty" doc:"Instead of a person: the skill that is needed" example:"penetration-test"`
	Level   int64  `json:"level,omitempty" minimum:"0" maximum:"5" doc:"Least level of the skill; 1 without it"`
	Tool    string `json:"tool,omitempty" doc:"Instead of a person: key of a tool"`
	Weekly  int64  `json:"weekly" minimum:"15" maximum:"10080" doc:"Minutes of every week"`
	First   string `json:"first" doc:"First week, or a day in it" example:"2026-W48"`
	Last    string `json:"last,omitempty" doc:"Last week, or a day in it; the first without it" example:"2026-W49"`
	Reason  string `json:"reason" doc:"Why it matters"`
}

// Ask makes a request. It fails with errs.NotFound for a release that the caller may not see, with errs.Blocked when it has
// ended, and with errs.Invalid for faulty fields.
func (c *Capacity) Ask(ctx context.Context, in NewRequest) (Request, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Request, error) { return c.AskTx(tx, in) })
}

// AskTx is Ask inside the caller's transaction.
func (c *Capacity) AskTx(tx *db.Tx, in NewRequest) (Request, error) {
	q, r, err := in.checked(tx)
	if err != nil {
		return q, err
	}
	q.ID, q.State, q.Rev, q.CreatedAt, q.CreatedBy = id.New[string](), resource.Open, 1, tx.Now, resource.Actor(tx)
	if err := insertRequest(tx, q); err != nil {
		return q, err
	}
	releaseEntry(tx, r, RequestMade, "request", q.ID, asked(q))
	return q, nil
}

func asked(q Request) map[string]any {
	return map[string]any{"release": q.Release, "task": q.Task, "person": q.Person, "skill": q.Skill, "tool": q.Tool, "weekly": q.Weekly, "first": q.First, "last": q.Last,
		"name": q.what(), "reason": q.Reason, "answer": q.Answer}
}

// what names what is asked for, without a person's name.
func (q Request) what() string {
	hours := fmt.Sprintf("%s a week", Effort(q.Weekly))
	if q.Skill != "" {
		return hours + " of " + strings.ReplaceAll(q.Skill, "-", " ")
	}
	return hours
}

// Effort writes minutes as hours: "20 h", "7.5 h", "45 min".
func Effort(minutes int64) string {
	switch {
	case minutes < 60 && minutes != 0:
		return fmt.Sprintf("%d min", minutes)
	case minutes%60 == 0:
		return fmt.Sprintf("%d h", minutes/60)
	}
	return fmt.Sprintf("%.1f h", float64(minutes)/60)
}

func (in NewRequest) checked(tx *db.Tx) (Request, plan.Release, error) {
	var f faults
	q := Request{Weekly: in.Weekly, Skill: in.Skill, Level: in.Level, Reason: in.Reason}
	r, task, err := releaseAndTask(tx, in.Release, in.Task, &f)
	if err != nil {
		return q, r, err
	}
	if err := auth.Check(tx, "resource.request", plan.Scope(r)); err != nil {
		return q, r, err
	}
	q.Release, q.ReleaseKey, q.Task = r.ID, r.Key, task
	f.weekly(in.Weekly)
	q.First, q.Last = f.weeks(in.First, in.Last)
	f.Text("reason", in.Reason, resource.NoteMax, true)
	given := 0
	if in.Person != "" {
		p := f.Person(tx, "person", in.Person)
		q.Person, q.PersonKey = p.ID, p.Key
		given++
	}
	if in.Skill != "" {
		f.Add(id.CheckKey("skill", in.Skill))
		if q.Level == 0 {
			q.Level = 1
		}
		given++
	}
	if in.Level < 0 || in.Level > 5 {
		f.Say("level", "skill.level", "A level is 1 to 5, not %d.", in.Level)
	}
	if in.Tool != "" {
		q.Tool = f.tool(tx, in.Tool).ID
		given++
	}
	if given != 1 {
		f.Say("person", "request.of_whom", "Ask for a person, a skill or a tool: one of them.")
	}
	return q, r, f.Refusal()
}

// Answer says what becomes of a request.
type Answer struct {
	Person string `json:"person,omitempty" doc:"Who is granted, where a skill was asked for"`
	Answer string `json:"answer,omitempty" doc:"Why; a refusal needs it"`
	Anyway bool   `json:"anyway,omitempty" doc:"Grant it although there is not enough time"`
}

// Grant gives what was asked for: the time is allocated. It fails with errs.NotFound, with errs.Forbidden for who does not
// answer for the person or tool, and with errs.Blocked for a request that does not wait any more and, unless the grant is
// to be made anyway, where the time is not free: resource.not_free names the weeks.
func (c *Capacity) Grant(ctx context.Context, request string, in Answer) (Request, error) {
	return c.answer(ctx, request, in, func(tx *db.Tx, r plan.Release, q *Request) error {
		a := Allocation{Release: q.Release, ReleaseKey: q.ReleaseKey, Task: q.Task, Person: q.Person, Tool: q.Tool, Weekly: q.Weekly, First: q.First, Last: q.Last, Request: q.ID}
		if q.Skill != "" {
			if err := q.granted(tx, in.Person); err != nil {
				return err
			}
			a.Person = q.Person
		}
		if err := mayAllocate(tx, a); err != nil {
			return err
		}
		if !in.Anyway {
			if err := c.roomFor(tx, a); err != nil {
				return err
			}
		}
		q.State = resource.Granted
		if _, err := allocate(tx, r, a); err != nil {
			return err
		}
		releaseEntry(tx, r, RequestGranted, "request", q.ID, asked(*q))
		return nil
	})
}

// granted looks up who is given for a skill.
func (q *Request) granted(tx *db.Tx, ref string) error {
	var f faults
	if ref == "" {
		f.Say("person", "request.person_missing", "Say who it is: the request is for somebody with the skill %s.", q.Skill)
		return f.Refusal()
	}
	p := f.Person(tx, "person", ref)
	if err := f.Refusal(); err != nil {
		return err
	}
	has, err := resource.SkilledPeople(tx, q.Skill)
	if err != nil {
		return err
	}
	for _, s := range has {
		if s.Person == p.ID && s.Level >= q.Level {
			q.Person, q.PersonKey = p.ID, p.Key
			return nil
		}
	}
	return errs.InvalidField("person", "request.skill_missing", "%s does not have the skill %s at level %d.", p.Name, q.Skill, q.Level)
}

// Refuse says no to a request, with a reason. It fails as Grant does.
func (c *Capacity) Refuse(ctx context.Context, request string, in Answer) (Request, error) {
	return c.answer(ctx, request, in, func(tx *db.Tx, r plan.Release, q *Request) error {
		var err error
		switch {
		case q.Person != "":
			err = resource.Answers(tx, q.Person)
		case q.Tool != "":
			err = mayAllocate(tx, Allocation{Tool: q.Tool})
		default:
			err = answersSkill(tx)
		}
		if err != nil {
			return err
		}
		var f faults
		f.Text("answer", in.Answer, resource.NoteMax, true)
		if err := f.Refusal(); err != nil {
			return err
		}
		q.State = resource.Refused
		releaseEntry(tx, r, RequestRefused, "request", q.ID, asked(*q))
		return nil
	})
}

// answersSkill passes who leads any team, and who may edit everything.
func answersSkill(tx *db.Tx) error {
	if err := resource.Anywhere(tx, "resource.answer"); err != nil {
		return err
	}
	by, err := resource.LeadsOf(tx)
	if err != nil || leadsAny(by, auth.Me(tx)) {
		return err
	}
	return auth.Check(tx, "resource.edit", auth.Everywhere)
}

// Withdraw takes a request back: who made it, or who may ask for the release. It fails as Refuse does.
func (c *Capacity) Withdraw(ctx context.Context, request string) (Request, error) {
	return c.request(ctx, request, func(tx *db.Tx, r plan.Release, q *Request) error {
		if err := auth.Check(tx, "resource.request", plan.Scope(r)); err != nil {
			return err
		}
		q.State = resource.Withdrawn
		releaseEntry(tx, r, RequestWithdrawn, "request", q.ID, asked(*q))
		return nil
	})
}

func (c *Capacity) answer(ctx context.Context, request string, in Answer, change func(tx *db.Tx, r plan.Release, q *Request) error) (Request, error) {
	return c.request(ctx, request, func(tx *db.Tx, r plan.Release, q *Request) error {
		if err := resource.Anywhere(tx, "resource.answer"); err != nil {
			return err
		}
		var f faults
		f.Text("answer", in.Answer, resource.NoteMax, false)
		if err := f.Refusal(); err != nil {
			return err
		}
		q.Answer, q.AnsweredAt, q.AnsweredBy = in.Answer, tx.Now, resource.Actor(tx)
		return change(tx, r, q)
	})
}

func (c *Capacity) request(ctx context.Context, request string, change func(tx *db.Tx, r plan.Release, q *Request) error) (Request, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Request, error) {
		q, err := requestByID(tx, request)
		if err != nil {
			return Request{}, err
		}
		r, err := plan.ReleaseByID(tx, q.Release)
		if err != nil {
			return Request{}, err
		}
		if err := seesRequest(tx, r, q); err != nil {
			return Request{}, err
		}
		if q.State != resource.Open {
			return Request{}, errs.Blocked("request.answered", "The request is %s already.", q.State)
		}
		if err := change(tx, r, &q); err != nil {
			return Request{}, err
		}
		q.Rev++
		return q, updateRequest(tx, q)
	})
}

// seesRequest passes who may see the release, and who answers for what is asked.
func seesRequest(tx *db.Tx, r plan.Release, q Request) error {
	err := auth.CheckSeen(tx, "work.read", plan.Scope(r), "request")
	if err == nil || !errs.Is(err, errs.CodeNotFound) || q.Person == "" {
		return err
	}
	if resource.Answers(tx, q.Person) == nil || auth.Me(tx) == q.Person {
		return nil
	}
	return err
}

// RequestFilter narrows the list of requests.
type RequestFilter struct {
	Release string         // key or identifier
	Person  string         // key or identifier
	State   resource.State // "" for every one
}

// Requests returns requests, the newest first, at most 500: for releases that the caller may see, and for people whom the
// caller answers for. It fails with errs.NotFound for a release that the caller may not see, and with errs.Invalid for an
// unknown person or state.
func (c *Capacity) Requests(ctx context.Context, in RequestFilter) ([]Request, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Request, error) { return ListRequests(tx, in) })
}

// ListRequests is Capacity.Requests inside the caller's snapshot.
func ListRequests(tx *db.Tx, in RequestFilter) ([]Request, error) {
	if err := resource.Anywhere(tx, "resource.read"); err != nil {
		return nil, err
	}
	var f faults
	var w db.Where
	if in.Release != "" {
		r, err := releaseSeen(tx, in.Release)
		if err != nil {
			return nil, err
		}
		w.And(`q.release = ?`, r.ID)
	}
	if in.Person != "" {
		w.And(`q.person = ?`, f.Person(tx, "person", in.Person).ID)
	}
	if in.State != "" {
		w.And(`q.state = ?`, f.State("state", in.State))
	}
	if err := f.Refusal(); err != nil {
		return nil, err
	}
	k, err := resource.Knowing(tx)
	if err != nil {
		return nil, err
	}
	seen, err := visible(tx)
	if err != nil {
		return nil, err
	}
	rows, err := requestsWhere(tx, w)
	out := []Request{}
	for _, q := range rows {
		if seen(q.Product) || q.Person != "" && k.Of(q.Person) {
			out = append(out, q.Request)
		}
	}
	return out, err
}

// MayAnswer reports whether the caller answers a request, without recording a check.
func MayAnswer(tx *db.Tx, q Request) (bool, error) {
	if edit, err := auth.Allowed(tx, "resource.edit", auth.Everywhere); err != nil || edit {
		return edit, err
	}
	by, err := resource.LeadsOf(tx)
	if err != nil {
		return false, err
	}
	me := auth.Me(tx)
	switch {
	case q.Person != "":
		leads, _, err := resource.LeadsPerson(tx, me, q.Person)
		return leads, err
	case q.Tool != "":
		t, err := resource.ToolByKey(tx, q.Tool)
		return err == nil && t.Team != "" && by[t.Team] == me, err
	}
	return leadsAny(by, me), nil
}

func leadsAny(by map[id.Team]id.Person, me id.Person) bool {
	return slices.Contains(slices.Collect(maps.Values(by)), me)
}
