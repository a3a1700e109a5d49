package cli

import (
	"fmt"
	"net/url"
	"strings"

	"slipway/client"
)

type pollCommand struct {
	Open    pollOpen    `cmd:"" help:"Open a round of the go/no-go."`
	Answer  pollAnswer  `cmd:"" help:"Answer for a role: go, no-go or go-if."`
	Decide  pollDecide  `cmd:"" help:"Decide and seal the open round."`
	Show    pollShow    `cmd:"" help:"Show how the go/no-go of a release stands."`
	List    pollList    `cmd:"" help:"List rounds of all releases."`
	Call    pollCall    `cmd:"" help:"Say which role is asked now."`
	Close   pollClose   `cmd:"" help:"Close the open round without a decision."`
	Minutes pollMinutes `cmd:"" help:"Print the minutes of the newest decision as Markdown."`
}

type pollOpen struct {
	Release string `arg:"" help:"Key of the release."`
	Chair   string `placeholder:"PERSON" help:"Key of who leads it; you without it."`
}

// Run opens a round.
func (c *pollOpen) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.OpenPoll(s.Context(), c.Release, c.Chair)
	if err != nil {
		return err
	}
	return s.Say(p, "Round %d of the go/no-go of %s is open. Roles that are asked: %d.", p.Round, c.Release, len(p.Roles))
}

// conditioned are the conditions of an answer or a decision.
type conditioned struct {
	Condition []string `sep:"none" placeholder:"T" help:"Condition of a go-if; may be given several times."`
	Owner     string   `placeholder:"PERSON" help:"Key of who does them; who owns the release without it."`
	Verifier  string   `placeholder:"PERSON" help:"Key of who says that they are done; you without it."`
	Due       string   `placeholder:"T" help:"Until when: RFC 3339, or local time; the window's start without it."`
	Zone      string   `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

func (c conditioned) list(s *Session) ([]client.NewPollCondition, error) {
	due, err := s.moment("--due", c.Due, c.Zone)
	if err != nil {
		return nil, err
	}
	var out []client.NewPollCondition
	for _, t := range c.Condition {
		out = append(out, client.NewPollCondition{Text: t, Owner: c.Owner, Verifier: c.Verifier, Due: due})
	}
	return out, nil
}

type pollAnswer struct {
	Release     string `arg:"" help:"Key of the release."`
	Role        string `required:"" help:"Role that you answer for."`
	Answer      string `required:"" enum:"go,no-go,go-if" help:"go, no-go or go-if."`
	Comment     string `placeholder:"T" help:"What the record says beside it."`
	For         string `placeholder:"PERSON" help:"In whose name, where several people have delegated the role to you."`
	conditioned `embed:""`
}

// Run answers the open round.
func (c *pollAnswer) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewPollAnswer{Role: c.Role, Answer: c.Answer, Comment: c.Comment, For: c.For}
	if in.Conditions, err = c.list(s); err != nil {
		return err
	}
	a, err := api.AnswerPoll(s.Context(), c.Release, in)
	if err != nil {
		return err
	}
	return s.Say(a, "%s says %s about %s. It can be changed until the decision.", c.Role, strings.ToUpper(c.Answer), c.Release)
}

type pollDecide struct {
	Release     string `arg:"" help:"Key of the release."`
	Decision    string `required:"" enum:"go,no-go,go-if,hold" help:"go, no-go, go-if or hold."`
	Reason      string `required:"" placeholder:"T" help:"Why, as it will stand in the record."`
	Again       string `placeholder:"T" help:"Of hold: when to poll again."`
	conditioned `embed:""`
}

// Run decides the open round.
func (c *pollDecide) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewDecision{Decision: c.Decision, Reason: c.Reason}
	if in.Again, err = s.moment("--again", c.Again, c.Zone); err != nil {
		return err
	}
	if in.Conditions, err = c.list(s); err != nil {
		return err
	}
	d, err := api.Decide(s.Context(), c.Release, in)
	if err != nil {
		return err
	}
	return s.Say(d, "Decided %s for %s. Sealed as %s.", strings.ToUpper(d.Decision), c.Release, d.Digest)
}

type pollShow struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run prints the newest round: answers, outcomes and what they lack, conditions.
func (c *pollShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.Room(s.Context(), c.Release)
	if err != nil {
		return err
	}
	return s.Print(r, func() *Table { return roomTable(r) })
}

func roomTable(r client.Room) *Table {
	t := &Table{Empty: "No round was opened yet. Open one with slipway poll open."}
	if r.Poll == nil {
		return t
	}
	state := "open"
	switch {
	case r.Poll.Decision != nil:
		state = "decided " + strings.ToUpper(r.Poll.Decision.Decision) + " by " + r.People[r.Poll.Decision.Person]
		if len(r.Stale) > 0 {
			state += ", STALE: the content changed since"
		}
	case !r.Open:
		state = "closed without a decision"
	}
	t.Add("Round", fmt.Sprint(r.Poll.Round), state)
	t.Add("Verdict", strings.ToUpper(r.Verdict), "of everything but the go/no-go")
	said := map[string]client.PollAnswer{}
	for _, a := range r.Standing {
		said[a.Role] = a
	}
	for _, role := range r.Poll.Roles {
		a, ok := said[role.Role]
		switch {
		case !ok && r.Poll.Calling == role.Role:
			t.Add(role.Name, "calling", role.Kind)
		case !ok:
			t.Add(role.Name, "not answered", role.Kind)
		default:
			t.Add(role.Name, strings.ToUpper(a.Answer), role.Kind+", "+r.People[a.Person]+quote(a.Comment))
		}
	}
	for _, c := range r.Poll.Conditions {
		state := "open"
		if c.DoneAt != nil {
			state = "done"
		}
		t.Add("Condition", state, c.Text+" ("+c.ID+", verified by "+r.People[c.Verifier]+")")
	}
	if r.Open {
		for _, o := range r.Options {
			why := "available"
			if !o.Allowed {
				var list []string
				for _, x := range o.Reasons {
					list = append(list, x.Text)
				}
				why = "not available: " + strings.Join(list, " ")
			}
			t.Add("Decision", strings.ToUpper(o.Decision), why)
		}
	}
	return t
}

func quote(s string) string {
	if s == "" {
		return ""
	}
	return ": “" + s + "”"
}

type pollList struct {
	Open  bool `help:"Only rounds that can be answered."`
	Limit int  `default:"50" help:"At most so many; all if 0."`
}

// Run prints rounds of all releases, the newest first.
func (c *pollList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	if c.Open {
		q.Set("open", "true")
	}
	rows, err := api.Polls(s.Context(), q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"RELEASE", "ROUND", "OPENED", "ANSWERS", "DECISION"}, Empty: "No go/no-go. Open one with slipway poll open."}
		for _, p := range rows {
			decision := "open"
			switch {
			case p.Decision != nil:
				decision = strings.ToUpper(p.Decision.Decision)
			case p.ClosedAt != nil:
				decision = "closed"
			}
			t.Add(p.Release, p.Round, p.OpenedAt.Local().Format("2006-01-02 15:04"), len(p.Answers), decision)
		}
		return t
	})
}

type pollCall struct {
	Release string `arg:"" help:"Key of the release."`
	Role    string `required:"" help:"Role that is asked now."`
}

// Run calls a role.
func (c *pollCall) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.CallPoll(s.Context(), c.Release, c.Role)
	if err != nil {
		return err
	}
	return s.Say(p, "%s is called.", c.Role)
}

type pollClose struct {
	Release string `arg:"" help:"Key of the release."`
	Reason  string `required:"" placeholder:"T" help:"Why, as the record will say."`
}

// Run closes the open round.
func (c *pollClose) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.ClosePoll(s.Context(), c.Release, c.Reason)
	if err != nil {
		return err
	}
	return s.Say(p, "Round %d of %s is closed without a decision.", p.Round, c.Release)
}

type pollMinutes struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run prints minutes.
func (c *pollMinutes) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	var text []byte
	if err := api.Get(s.Context(), client.Path("releases", c.Release, "decision", "minutes"), nil, &text); err != nil {
		return err
	}
	if s.JSON() {
		return s.Print(map[string]string{"minutes": string(text)}, nil)
	}
	_, err = s.Out().Write(text)
	return err
}

type conditionCommand struct {
	List   conditionList   `cmd:"" help:"List the conditions of the newest round of a release."`
	Done   conditionDone   `cmd:"" help:"Say that a condition is done that you verify."`
	Reopen conditionReopen `cmd:"" help:"Say that a condition is not done after all."`
}

type conditionList struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run prints conditions.
func (c *conditionList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rows, err := api.Conditions(s.Context(), c.Release)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"ID", "STATE", "DUE", "CONDITION"}, Empty: "No conditions."}
		for _, x := range rows {
			state, due := "proposed", ""
			switch {
			case x.DoneAt != nil:
				state = "done"
			case x.Decision != "":
				state = "blocks"
			}
			if x.Due != nil {
				due = x.Due.Local().Format("2006-01-02 15:04")
			}
			t.Add(x.ID, state, due, x.Text)
		}
		return t
	})
}

// marked names a condition.
type marked struct {
	Release   string `arg:"" help:"Key of the release."`
	Condition string `arg:"" help:"Identifier of the condition."`
}

type conditionDone struct {
	marked `embed:""`
	Note   string `placeholder:"T" help:"What the record says beside it."`
}

// Run marks a condition as done.
func (c *conditionDone) Run(s *Session) error { return c.mark(s, "done", c.Note, "is done") }

type conditionReopen struct {
	marked `embed:""`
	Note   string `required:"" placeholder:"T" help:"Why."`
}

// Run opens a condition again.
func (c *conditionReopen) Run(s *Session) error { return c.mark(s, "reopen", c.Note, "blocks again") }

func (c marked) mark(s *Session, verb, note, told string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.MarkCondition(s.Context(), c.Release, c.Condition, verb, note)
	if err != nil {
		return err
	}
	return s.Say(x, "The condition “%s” %s.", x.Text, told)
}
