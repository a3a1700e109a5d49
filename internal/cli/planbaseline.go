package cli

import (
	"slipway/client"
)

type planBaseline struct {
	Add     baselineAdd     `cmd:"" help:"Save the plan of a release as a baseline."`
	List    baselineList    `cmd:"" help:"List the baselines of a release."`
	Compare baselineCompare `cmd:"" help:"Compare planned and actual: every task, milestone and phase."`
}

type baselineAdd struct {
	Release string `arg:"" help:"Key of the release."`
	Name    string `help:"What it is called; Baseline and its number without it."`
	Note    string `help:"Why it is saved."`
}

// Run saves a baseline.
func (c *baselineAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	b, err := api.SaveBaseline(s.Context(), c.Release, c.Name, c.Note)
	if err != nil {
		return err
	}
	return s.Say(b, "%s of %s is saved as number %d.", b.Name, c.Release, b.Number)
}

type baselineList struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run lists baselines.
func (c *baselineList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	bs, err := api.Baselines(s.Context(), c.Release)
	if err != nil {
		return err
	}
	return s.Print(bs, func() *Table {
		t := &Table{Heads: []string{"NUMBER", "NAME", "SAVED (UTC)", "BY", "NOTE"}, Empty: "No baselines. Save one with slipway plan baseline add."}
		who := s.who(api)
		for _, b := range bs {
			t.Add(b.Number, b.Name, minutes(&b.SavedAt), who(b.SavedBy), b.Note)
		}
		return t
	})
}

type baselineCompare struct {
	Release string `arg:"" help:"Key of the release."`
	Number  int64  `arg:"" optional:"" help:"Number of the baseline; the last one without it."`
}

// Run compares planned and actual.
func (c *baselineCompare) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.CompareBaseline(s.Context(), c.Release, c.Number)
	if err != nil {
		return err
	}
	if err := s.Print(x, func() *Table { return compared(x) }); err != nil || s.JSON() {
		return err
	}
	return s.tell("Against " + x.Baseline.Name + " of " + minutes(&x.Baseline.SavedAt) + "Z. The work before the window moved by " + signed(x.Ready.Moved) + ", which is " + signed(x.Ready.Variance) + " of working time, the work itself by " + signed(x.Work) + ".")
}

func compared(x client.Comparison) *Table {
	t := &Table{Heads: []string{"KIND", "WHAT", "PLANNED FINISH (UTC)", "NOW (UTC)", "ACTUAL", "MOVED", "WORKING TIME", "WORK", "CHANGE"}}
	add := func(kind, what string, a client.Against, work, change string) {
		actual, moved, variance := "", "", ""
		if a.Actual {
			actual = "yes"
		}
		if a.Planned != nil && a.Now != nil {
			moved, variance = signed(a.Moved), signed(a.Variance)
		}
		t.Add(kind, what, minutes(a.Planned), minutes(a.Now), actual, moved, variance, work, change)
	}
	for _, k := range x.Tasks {
		add("task", k.Key, k.Finish, signed(k.Work), k.Change)
	}
	for _, k := range x.Milestones {
		add("milestone", k.Key, k.Finish, "", k.Change)
	}
	for _, k := range x.Phases {
		add("phase", k.Key, k.Finish, "", k.Change)
	}
	return t
}
