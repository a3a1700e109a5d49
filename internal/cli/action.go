package cli

import (
	"path/filepath"

	"slipway/client"
)

type actionCommand struct {
	Add      actionAdd      `cmd:"" help:"Add an action."`
	List     actionList     `cmd:"" help:"List actions by due date."`
	Show     actionShow     `cmd:"" help:"Show an action."`
	Set      actionSet      `cmd:"" help:"Change what is said of an action."`
	Start    actionStart    `cmd:"" help:"Say that the work on it has begun."`
	Done     actionDone     `cmd:"" help:"Say that it is done, and show it."`
	Proof    actionProof    `cmd:"" help:"Download the file that was shown for it."`
	Close    actionClose    `cmd:"" help:"Close it as proven."`
	SendBack actionSendBack `cmd:"" help:"Say that what was shown is not enough, and why."`
	Drop     actionDrop     `cmd:"" help:"End an action that will not be done, for a reason."`
	Reopen   actionReopen   `cmd:"" help:"Take it up again, for a reason."`
}

type actionAdd struct {
	Title      string `arg:"" help:"What is promised, in a line."`
	Release    string `help:"Key of the release that it belongs to."`
	Product    string `help:"Key of the product, for an action of no release."`
	Owner      string `help:"Key of the person who does it; you without it."`
	Text       string `help:"More about it."`
	Source     string `enum:"itself,risk,meeting,review,audit,report,conflict,plan" default:"itself" help:"Where it comes from: itself, risk, meeting, review, audit, report, conflict or plan."`
	Ref        string `help:"What exactly: the key of the risk, the name of the meeting."`
	URL        string `name:"url" help:"Where that can be read."`
	ClosesWith string `help:"What will show that it is done; somebody else than its owner closes it then."`
	Verifier   string `help:"Key of the person who closes it."`
	dueBy      `embed:""`
}

// Run adds an action.
func (c *actionAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewAction{Title: c.Title, Text: c.Text, Owner: c.Owner, Source: c.Source, Ref: c.Ref, URL: c.URL, Release: c.Release, Product: c.Product, ClosesWith: c.ClosesWith, Verifier: c.Verifier}
	if in.Due, err = s.moment("--due", c.Due, c.Zone); err != nil {
		return err
	}
	a, err := api.AddAction(s.Context(), in)
	if err != nil {
		return err
	}
	return s.Say(a, "%s is open.", a.Key)
}

// dueBy is when an action is to be done.
type dueBy struct {
	Due  string `placeholder:"T" help:"When it is to be done: RFC 3339, or local time."`
	Zone string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

type actionList struct {
	Query   string `short:"q" help:"Words of key, title and source."`
	Release string `help:"Only this release's."`
	Owner   string `help:"Only this person's."`
	State   string `help:"Only these states, with commas between them: open, started, said-done, closed, dropped."`
	Source  string `help:"Only from this kind of source."`
	Mine    bool   `help:"Only yours."`
	All     bool   `help:"Also those that have ended."`
	Overdue bool   `help:"Only open ones whose due date is over."`
	Gating  bool   `help:"Only those that a release waits for."`
	Limit   int    `default:"200" help:"How many at most; 0 for all."`
}

// Run lists actions.
func (c *actionList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rows, err := api.Actions(s.Context(), client.ActionFilter{Query: c.Query, Owner: c.Owner, State: c.State, Source: c.Source, Release: c.Release, Mine: c.Mine,
		Open: !c.All && c.State == "", Overdue: c.Overdue, Gating: c.Gating}, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"KEY", "TITLE", "STATE", "OWNER", "DUE (UTC)", "SOURCE", "RELEASE", "CLOSES WITH"}, Empty: "No actions. Add one with slipway action add."}
		who := s.who(api)
		for _, a := range rows {
			t.Add(a.Key, a.Title, a.State, who(a.Owner), minutes(a.Due), sourceOf(a), a.ReleaseKey, a.ClosesWith)
		}
		return t
	})
}

func sourceOf(a client.Action) string {
	if a.Source.Name == "" {
		return a.Source.Kind
	}
	return a.Source.Kind + ": " + a.Source.Name
}

type actionRef struct {
	Key string `arg:"" help:"Key of the action, such as A-287."`
}

type actionShow struct{ actionRef }

// Run shows an action.
func (c *actionShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	a, err := api.Action(s.Context(), c.Key)
	if err != nil {
		return err
	}
	return s.Print(a, func() *Table {
		t := &Table{}
		t.Add("Key", a.Key)
		t.Add("Title", a.Title)
		t.Add("State", a.State)
		t.Add("Due (UTC)", minutes(a.Due))
		t.Add("Owner", s.who(api)(a.Owner))
		t.Add("Source", sourceOf(a))
		t.Add("Release", a.ReleaseKey)
		t.Add("Closes with", a.ClosesWith)
		if p := a.Proof; p != nil {
			t.Add("Shown", p.Text)
			t.Add("Where", p.URL)
			t.Add("File", p.Name)
			t.Add("SHA-256", p.Digest)
		}
		t.Add("Text", a.Text)
		return t
	})
}

type actionSet struct {
	actionRef
	Title      *string `help:"What is promised, in a line."`
	Text       *string `help:"More about it."`
	Owner      *string `help:"Key of the person who does it."`
	ClosesWith *string `help:"What will show that it is done."`
	Verifier   *string `help:"Key of the person who closes it."`
	Proof      *bool   `negatable:"" help:"Somebody else than its owner closes it, upon proof."`
	Note       string  `help:"Why, as the record will say."`
	dueBy      `embed:""`
}

// Run changes an action.
func (c *actionSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	now, err := api.Action(s.Context(), c.Key)
	if err != nil {
		return err
	}
	in := client.ActionChange{Rev: now.Rev, Title: c.Title, Text: c.Text, Owner: c.Owner, ClosesWith: c.ClosesWith, Verifier: c.Verifier, Proof: c.Proof, Note: c.Note}
	if in.Due, err = s.moment("--due", c.Due, c.Zone); err != nil {
		return err
	}
	a, err := api.SetAction(s.Context(), c.Key, in)
	if err != nil {
		return err
	}
	return s.Say(a, "%s is changed.", a.Key)
}

type actionDone struct {
	actionRef
	Text string `help:"What was done, or what shows it."`
	URL  string `name:"url" help:"Where that can be seen."`
	File string `short:"f" placeholder:"FILE" help:"A file that shows it; - for standard input."`
}

const actionFileMax = 10 << 20

// Run says that an action is done.
func (c *actionDone) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	now, err := api.Action(s.Context(), c.Key)
	if err != nil {
		return err
	}
	in := client.ActionShown{Rev: now.Rev, Text: c.Text, URL: c.URL}
	if c.File != "" {
		if in.File, err = s.ReadFile(c.File, actionFileMax); err != nil {
			return err
		}
		in.Name = filepath.Base(c.File)
	}
	a, err := api.ActionDone(s.Context(), c.Key, in)
	if err != nil {
		return err
	}
	if a.State == "said-done" {
		return s.Say(a, "%s waits for somebody else to close it.", a.Key)
	}
	return s.Say(a, "%s is closed.", a.Key)
}

type actionProof struct {
	actionRef
	File string `arg:"" optional:"" default:"-" help:"Where to write it, or - for standard output."`
}

// Run downloads the file that was shown.
func (c *actionProof) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.ActionProofFile(s.Context(), c.Key)
	if err != nil {
		return err
	}
	defer r.Close()
	return s.save(r, c.File)
}

// moveAction does something to an action and says how it stands.
func (s *Session) moveAction(key, verb, note string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	now, err := api.Action(s.Context(), key)
	if err != nil {
		return err
	}
	a, err := api.MoveAction(s.Context(), now, verb, note)
	if err != nil {
		return err
	}
	return s.Say(a, "%s is %s.", a.Key, a.State)
}

type actionStart struct{ actionRef }

// Run says that the work has begun.
func (c *actionStart) Run(s *Session) error { return s.moveAction(c.Key, "start", "") }

type actionClose struct {
	actionRef
	Note string `help:"What was seen, as the record will say."`
}

// Run closes an action.
func (c *actionClose) Run(s *Session) error { return s.moveAction(c.Key, "close", c.Note) }

type actionSendBack struct {
	actionRef
	Reason string `required:"" help:"What is missing."`
}

// Run sends an action back.
func (c *actionSendBack) Run(s *Session) error { return s.moveAction(c.Key, "send-back", c.Reason) }

type actionDrop struct {
	actionRef
	Reason string `required:"" help:"Why it will not be done."`
}

// Run drops an action.
func (c *actionDrop) Run(s *Session) error { return s.moveAction(c.Key, "drop", c.Reason) }

type actionReopen struct {
	actionRef
	Reason string `required:"" help:"Why it is taken up again."`
}

// Run reopens an action.
func (c *actionReopen) Run(s *Session) error { return s.moveAction(c.Key, "reopen", c.Reason) }
