package cli

import (
	"fmt"
	"strconv"
	"strings"

	"slipway/client"
)

type scopePropose struct {
	Release string   `arg:"" help:"Key of the release."`
	Add     []string `sep:"none" placeholder:"KEY=TITLE" help:"An item that is added; may be given again."`
	Change  []string `sep:"none" placeholder:"KEY=TITLE" help:"Another title of an item; may be given again."`
	Remove  []string `placeholder:"KEY" help:"An item that is taken out; may be given again."`
	Effort  []string `sep:"none" placeholder:"KEY=HOURS" help:"Estimate of an item of --add or --change; may be given again."`
	Kind    []string `sep:"none" placeholder:"KEY=KIND" help:"story, defect or change, for an item of --add or --change."`
	Owner   []string `sep:"none" placeholder:"KEY=PERSON" help:"Who does an item of --add or --change; may be given again."`
	Service []string `sep:"none" placeholder:"KEY=SERVICE" help:"The service that an item of --add or --change is about."`
	Title   string   `help:"What the change is; from its steps without it."`
	Reason  string   `help:"Why, as the record will say. Needed unless --impact is given."`
	Risk    string   `help:"What may go wrong."`
	Apply   bool     `help:"Carry it out at once, where you may approve it."`
	Impact  bool     `help:"Say what it would do, and propose nothing."`
}

// Run proposes a change of the scope, or says what it would do.
func (c *scopePropose) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	steps, err := c.steps(s, api)
	if err != nil {
		return err
	}
	if c.Impact {
		im, err := api.WeighScope(s.Context(), c.Release, steps)
		if err != nil {
			return err
		}
		return s.Print(im, func() *Table { return impactTable(im) })
	}
	x, err := api.ProposeScope(s.Context(), c.Release, client.ScopeProposal{Title: c.Title, Reason: c.Reason, Risk: c.Risk, Steps: steps, Apply: c.Apply})
	if err != nil {
		return err
	}
	return s.Say(x, "Change %d of %s, %q, is %s.", x.Number, c.Release, x.Title, x.State)
}

// steps reads --add, --change and --remove with what is said about their items.
func (c *scopePropose) steps(s *Session, api *client.Client) ([]client.ScopeStep, error) {
	var out []client.ScopeStep
	about := map[string]*client.ScopeStepItem{}
	for _, text := range c.Add {
		key, title, err := pair("--add", text)
		if err != nil {
			return nil, err
		}
		about[key] = &client.ScopeStepItem{Key: key, Title: title}
		out = append(out, client.ScopeStep{Add: about[key]})
	}
	for _, text := range c.Change {
		key, title, err := pair("--change", text)
		if err != nil {
			return nil, err
		}
		now, err := scopeItem(s, api, part{Release: c.Release, Key: key})
		if err != nil {
			return nil, err
		}
		about[key] = &client.ScopeStepItem{Key: key, Title: title, Kind: now.Kind, URL: now.URL, Service: now.ServiceKey, Owner: now.Owner, State: now.State, Effort: now.Effort}
		out = append(out, client.ScopeStep{Change: about[key]})
	}
	for _, key := range c.Remove {
		out = append(out, client.ScopeStep{Remove: key})
	}
	set := func(flag string, texts []string, put func(*client.ScopeStepItem, string) error) error {
		for _, text := range texts {
			key, v, err := pair(flag, text)
			if err != nil {
				return err
			}
			if about[key] == nil {
				return Usage("%s %s: no --add or --change speaks of %s", flag, text, key)
			}
			if err := put(about[key], v); err != nil {
				return err
			}
		}
		return nil
	}
	for _, f := range []struct {
		flag  string
		texts []string
		put   func(*client.ScopeStepItem, string) error
	}{
		{"--kind", c.Kind, func(i *client.ScopeStepItem, v string) error { i.Kind = v; return nil }},
		{"--owner", c.Owner, func(i *client.ScopeStepItem, v string) error { i.Owner = v; return nil }},
		{"--service", c.Service, func(i *client.ScopeStepItem, v string) error { i.Service = v; return nil }},
		{"--effort", c.Effort, func(i *client.ScopeStepItem, v string) (err error) {
			if i.Effort, err = strconv.Atoi(v); err != nil {
				err = Usage("--effort: %q is not a number of hours", v)
			}
			return err
		}},
	} {
		if err := set(f.flag, f.texts, f.put); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func pair(flag, text string) (key, value string, err error) {
	key, value, ok := strings.Cut(text, "=")
	if !ok || key == "" || value == "" {
		return "", "", Usage("%s %s: give it as KEY=VALUE", flag, text)
	}
	return key, value, nil
}

func impactTable(im client.ScopeImpact) *Table {
	t := &Table{Heads: []string{"IMPACT", "BEFORE", "AFTER", ""}}
	row := func(name string, x [2]int, note string) { t.Add(name, strconv.Itoa(x[0]), strconv.Itoa(x[1]), note) }
	row("Items", im.Items, "")
	row("Open", im.Open, "")
	row("Hours of work", im.Hours, fmt.Sprintf("%d without an estimate", im.Unknown))
	t.Add("Date", "", fmt.Sprintf("%+d d", im.Days), im.DaysText)
	row("Risk score", im.Risk, "")
	t.Add("Approvals", strconv.Itoa(im.Signed), strconv.Itoa(im.Signed-im.Voids), "")
	for _, l := range im.Lines {
		note := l.Key
		if len(l.Tasks) > 0 {
			note += ", served by " + strings.Join(l.Tasks, ", ")
		}
		t.Add(l.Does, l.Before, l.After, note)
	}
	for _, h := range im.Hits {
		t.Add(h.Outcome, h.Name, "", h.Text)
	}
	if im.Role != "" {
		t.Add("Approved by", im.Role, "", "")
	}
	return t
}

type scopeChanges struct {
	Release string `arg:"" help:"Key of the release."`
	Number  int    `arg:"" optional:"" help:"Number of one change; all without it."`
}

// Run lists proposed changes, or shows one with its impact.
func (c *scopeChanges) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if c.Number > 0 {
		x, err := api.ScopeChange(s.Context(), c.Release, c.Number)
		if err != nil {
			return err
		}
		return s.Print(x, func() *Table { return impactTable(x.Impact) })
	}
	xs, err := api.ScopeChanges(s.Context(), c.Release)
	if err != nil {
		return err
	}
	return s.Print(xs, func() *Table {
		t := &Table{Heads: []string{"NUMBER", "CHANGE", "STATE", "APPROVED BY", "DAYS", "RISK", "VOIDS", "WHY"}, Empty: "No change of the scope was proposed."}
		for _, x := range xs {
			t.Add(strconv.Itoa(x.Number), x.Title, x.State, x.Role, fmt.Sprintf("%+d", x.Impact.Days), fmt.Sprintf("%d to %d", x.Impact.Risk[0], x.Impact.Risk[1]), strconv.Itoa(x.Impact.Voids), x.Reason)
		}
		return t
	})
}

// scopeAnswer names a change and what is said with its answer.
type scopeAnswer struct {
	Release string `arg:"" help:"Key of the release."`
	Number  int    `arg:"" help:"Number of the change."`
	Note    string `help:"What the record says beside the answer; needed to decline."`
}

func (c scopeAnswer) answer(s *Session, verb string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.AnswerScope(s.Context(), c.Release, c.Number, verb, 0, c.Note)
	if err != nil {
		return err
	}
	return s.Say(x, "Change %d of %s, %q, is %s.", x.Number, c.Release, x.Title, x.State)
}

type scopeApprove struct {
	scopeAnswer `embed:""`
}

// Run approves a change, which carries it out.
func (c *scopeApprove) Run(s *Session) error { return c.answer(s, "approve") }

type scopeDecline struct {
	scopeAnswer `embed:""`
}

// Run declines a change.
func (c *scopeDecline) Run(s *Session) error { return c.answer(s, "decline") }

type scopeWithdraw struct {
	scopeAnswer `embed:""`
}

// Run withdraws one's own change.
func (c *scopeWithdraw) Run(s *Session) error { return c.answer(s, "withdraw") }
