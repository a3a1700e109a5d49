package cli

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"slipway/client"
)

type taskCommand struct {
	Add   taskAdd   `cmd:"" help:"Add a task to a release."`
	List  taskList  `cmd:"" help:"List tasks of a release, or of all."`
	Show  taskShow  `cmd:"" help:"Show a task."`
	Set   taskSet   `cmd:"" help:"Change a task."`
	Close taskClose `cmd:"" help:"Say that a task is done."`
	Drop  taskDrop  `cmd:"" help:"Say that a task will not be done."`

	Bottlenecks taskBottlenecks `cmd:"" help:"Name those that work waits for: people, outside parties, teams and phases."`
}

// due says when a task is to be done.
type due struct {
	Due    string  `xor:"date" placeholder:"T" help:"When it is to be done: RFC 3339, or local time."`
	Offset *string `xor:"date" placeholder:"-2d" help:"Distance from the window's start, which the date follows."`
	Zone   string  `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

func (d due) at(s *Session) (*time.Time, error) {
	if d.Due == "" {
		return nil, nil
	}
	t, err := s.instant("--due", d.Due, d.Zone)
	return &t, err
}

// estimate reads LIKELY or LOW/LIKELY/HIGH, each such as 90m, 4h or 2h30m.
func estimate(text string) (*client.Estimate, error) {
	if text == "" {
		return nil, nil
	}
	var m []int64
	for part := range strings.SplitSeq(text, "/") {
		d, err := time.ParseDuration(part)
		if err != nil || d < 0 || d%time.Minute != 0 {
			return nil, Usage("--estimate %s: give it as 4h, or as optimistic/likely/pessimistic: 2h/4h/8h", text)
		}
		m = append(m, int64(d/time.Minute))
	}
	switch len(m) {
	case 1:
		return &client.Estimate{Likely: m[0]}, nil
	case 3:
		return &client.Estimate{Low: m[0], Likely: m[1], High: m[2]}, nil
	}
	return nil, Usage("--estimate %s: give one time or three", text)
}

type taskAdd struct {
	Release  string   `arg:"" help:"Key of the release."`
	Key      string   `arg:"" optional:"" help:"Its key; made from the name without it."`
	Name     string   `required:"" help:"What is to be done."`
	Text     string   `help:"More about it."`
	Owner    string   `help:"Key of the person who does it."`
	Phase    string   `help:"Key of a phase of the release."`
	Estimate string   `placeholder:"4h" help:"How much work it is: 4h, or optimistic/likely/pessimistic: 2h/4h/8h."`
	Needs    []string `help:"Key of a task that ends before it starts; may be given again."`
	hung     `embed:""`
	due      `embed:""`
}

// Run adds a task.
func (c *taskAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewTask{Key: c.Key, Name: c.Name, Text: c.Text, Owner: c.Owner, Phase: c.Phase, Needs: c.Needs, Offset: deref(c.Offset)}
	if in.Estimate, err = estimate(c.Estimate); err != nil {
		return err
	}
	if in.Due, err = c.at(s); err != nil {
		return err
	}
	h, err := c.hung.read(s, c.Zone)
	if err != nil {
		return err
	}
	in.After, in.Uses, in.Items, in.NotBefore, in.FixedStart, in.FixedEnd = listed(h.After), listed(h.Uses), listed(h.Items), h.NotBefore, h.FixedStart, h.FixedEnd
	t, err := api.AddTask(s.Context(), c.Release, in)
	if err != nil {
		return err
	}
	return s.Say(t, "The task %s is added to %s.", t.Key, c.Release)
}

type taskList struct {
	Release string   `arg:"" optional:"" help:"Key of the release; all that you may see without it."`
	Query   string   `short:"q" help:"Words of the key or name."`
	Owner   string   `help:"Only this person's."`
	Status  []string `help:"Only this status: todo, doing, blocked, done or dropped; may be given again."`
	Phase   string   `help:"Only this phase."`
	Item    string   `placeholder:"KEY" help:"Only those that serve this scope item."`
	Open    bool     `help:"Only those that have not ended."`
	Late    bool     `help:"Only open ones whose due date is over."`
	Silent  int      `placeholder:"DAYS" help:"Only open ones of which nobody has said anything for so many days."`
	Until   string   `placeholder:"T" help:"Only those that are due before this instant: RFC 3339, or local time."`
	Zone    string   `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
	Limit   int      `default:"200" help:"How many at most; 0 for all."`
}

// Run lists tasks.
func (c *taskList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	for name, v := range map[string]string{"q": c.Query, "owner": c.Owner, "phase": c.Phase, "item": c.Item, "status": strings.Join(c.Status, ",")} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if c.Open {
		q.Set("open", "true")
	}
	if c.Late {
		q.Set("late", "true")
	}
	if c.Silent > 0 {
		q.Set("silent", strconv.Itoa(c.Silent))
	}
	if c.Until != "" {
		t, err := s.instant("--until", c.Until, c.Zone)
		if err != nil {
			return err
		}
		q.Set("until", t.UTC().Format(time.RFC3339))
	}
	ts := []client.Task{}
	for t, err := range api.Tasks(s.Context(), c.Release, q) {
		if err != nil {
			return err
		}
		if ts = append(ts, t); c.Limit > 0 && len(ts) >= c.Limit {
			break
		}
	}
	return s.Print(ts, func() *Table {
		t := &Table{Heads: []string{"RELEASE", "KEY", "NAME", "STATUS", "DUE (UTC)", "ESTIMATE", "WAITS FOR"}, Empty: "No tasks. Add one with slipway task add."}
		for _, x := range ts {
			waits := strings.Join(x.Waits, ", ")
			if x.Blocker != "" {
				waits = x.Blocker
			}
			t.Add(x.ReleaseKey, x.Key, x.Name, x.Status, minutes(x.Due), effort(x.Estimate), waits)
		}
		return t
	})
}

// short writes minutes as the flags take them: 1h30m.
func short(m int64) string {
	s := strings.TrimSuffix((time.Duration(m) * time.Minute).String(), "0s")
	if whole, ok := strings.CutSuffix(s, "h0m"); ok {
		return whole + "h"
	}
	if s == "" {
		return "0"
	}
	return s
}

// effort writes an estimate as --estimate takes it.
func effort(e *client.Estimate) string {
	if e == nil {
		return ""
	}
	low, high := cmp.Or(e.Low, e.Likely), cmp.Or(e.High, e.Likely)
	if low == e.Likely && high == e.Likely {
		return short(e.Likely)
	}
	return short(low) + "/" + short(e.Likely) + "/" + short(high)
}

type taskShow struct {
	part `embed:""`
}

// Run shows a task.
func (c *taskShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.Task(s.Context(), c.Release, c.Key)
	if err != nil {
		return err
	}
	return s.Print(x, func() *Table {
		t, who := &Table{}, s.who(api)
		for _, row := range [][2]string{{"key", x.Key}, {"name", x.Name}, {"text", x.Text}, {"status", x.Status}, {"blocker", x.Blocker}, {"blocked by", who(x.WaitsFor) + x.WaitsParty}, {"phase", x.Phase}, {"owner", who(x.Owner)},
			{"due (UTC)", minutes(x.Due)}, {"from window", x.Offset}, {"estimate", effort(x.Estimate)}, {"remaining", left(x.Remaining)}, {"needs", strings.Join(x.Needs, ", ")}, {"after", after(x.After)}, {"waits for", strings.Join(x.Waits, ", ")},
			{"uses", uses(x.Uses)}, {"serves", strings.Join(x.Items, ", ")}, {"not before (UTC)", minutes(x.NotBefore)}, {"fixed start (UTC)", minutes(x.FixedStart)}, {"fixed finish (UTC)", minutes(x.FixedEnd)}, {"started (UTC)", minutes(x.StartedAt)}, {"ended (UTC)", minutes(x.EndedAt)}, {"heard of (UTC)", minutes(&x.HeardAt)}} {
			t.Add(row[0], row[1])
		}
		return t
	})
}

type taskSet struct {
	part     `embed:""`
	Status   *string   `help:"How far it is: todo, doing, blocked, done or dropped."`
	Blocker  *string   `help:"What it waits for, with --status blocked."`
	Name     *string   `help:"What is to be done."`
	Text     *string   `help:"More about it."`
	Owner    *string   `help:"Key of the person who does it; empty for nobody."`
	Phase    *string   `help:"Key of a phase of the release; empty for none."`
	Estimate string    `placeholder:"4h" help:"How much work it is: 4h, or optimistic/likely/pessimistic: 2h/4h/8h."`
	Needs    *[]string `help:"Keys of all tasks that end before it starts, with commas between them."`
	hung     `embed:""`
	due      `embed:""`

	Remaining  string  `placeholder:"4h" help:"How much work is left of it; none takes the statement back."`
	Started    string  `placeholder:"T" help:"When it began, if not when its status said so: RFC 3339, or local time."`
	Ended      string  `placeholder:"T" help:"When it ended, if not when its status said so."`
	WaitsFor   *string `xor:"waits" placeholder:"PERSON" help:"Who removes the blocker."`
	WaitsParty *string `name:"waits-for-party" xor:"waits" placeholder:"NAME" help:"Or which outside party."`
	Note       string  `help:"What the record will say about it; alone it says that the task was thought of."`
}

// Run changes a task.
func (c *taskSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	e := client.TaskEdit{Status: c.Status, Blocker: c.Blocker, Name: c.Name, Text: c.Text, Owner: c.Owner, Phase: c.Phase, Offset: c.Offset, Needs: whole(c.Needs), Note: c.Note}
	if c.Blocker != nil && c.Status == nil && *c.Blocker != "" {
		blocked := "blocked"
		e.Status = &blocked
	}
	if e.Estimate, err = estimate(c.Estimate); err != nil {
		return err
	}
	if e.Due, err = c.at(s); err != nil {
		return err
	}
	if err := c.more(s, &e); err != nil {
		return err
	}
	t, err := api.Task(s.Context(), c.Release, c.Key)
	if err != nil {
		return err
	}
	e.Rev = t.Rev
	if t, err = api.EditTask(s.Context(), t.ID, e); err != nil {
		return err
	}
	return s.Say(t, "The task %s is changed.", t.Key)
}

type taskClose struct {
	part `embed:""`
	Note string `help:"What the record will say about it."`
}

// Run says that a task is done.
func (c *taskClose) Run(s *Session) error {
	return s.endTask(c.part, c.Note, (*client.Client).CloseTask, "done")
}

type taskDrop struct {
	part `embed:""`
	Note string `help:"What the record will say about it."`
}

// Run says that a task will not be done.
func (c *taskDrop) Run(s *Session) error {
	return s.endTask(c.part, c.Note, (*client.Client).DropTask, "dropped")
}

func (s *Session) endTask(p part, note string, end func(*client.Client, context.Context, string, string) (client.Task, error), word string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	t, err := api.Task(s.Context(), p.Release, p.Key)
	if err != nil {
		return err
	}
	if t, err = end(api, s.Context(), t.ID, note); err != nil {
		return err
	}
	return s.Say(t, "The task %s is %s.", t.Key, word)
}
