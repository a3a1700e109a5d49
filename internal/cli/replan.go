package cli

import (
	"fmt"
	"math"
	"strings"

	"slipway/client"
)

type phaseList struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run lists phases, planned against actual.
func (c *phaseList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	ps, err := api.Phases(s.Context(), c.Release)
	if err != nil {
		return err
	}
	return s.Print(ps, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "PLANNED (UTC)", "", "ACTUAL (UTC)", "", "START", "END", "RE-PLANNED"}, Empty: "No phases."}
		for _, p := range ps {
			t.Add(p.Key, p.Name, minutes(p.PlannedStart), minutes(p.PlannedEnd), minutes(p.ActualStart), minutes(p.ActualEnd), late(p.StartVariance), late(p.EndVariance), late(&p.Slipped))
		}
		return t
	})
}

// late says how much later something is, in days or hours.
func late(n *int64) string {
	switch {
	case n == nil:
		return ""
	case *n == 0:
		return "0"
	case max(*n, -*n) < 24*60:
		return fmt.Sprintf("%+gh", math.Round(float64(*n)/6)/10)
	}
	return fmt.Sprintf("%+gd", math.Round(float64(*n)/(24*6))/10)
}

type phaseSet struct {
	part   `embed:""`
	Name   *string `help:"Its name."`
	Days   *int    `help:"How many days it is planned to last."`
	Start  *string `placeholder:"-14d" help:"Distance of its start from the window's: --start=-14d; empty lets it end where the next begins."`
	Reason string  `help:"Why, as the record will say."`
}

// Run changes how a phase is planned.
func (c *phaseSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.Release(s.Context(), c.Release)
	if err != nil {
		return err
	}
	p, err := api.EditPhase(s.Context(), c.Release, c.Key, client.PhaseEdit{Rev: r.Rev, Name: c.Name, Days: c.Days, Start: c.Start, Reason: c.Reason})
	if err != nil {
		return err
	}
	return s.Say(p, "%s is planned from %s to %s.", p.Name, minutes(p.PlannedStart), minutes(p.PlannedEnd))
}

type releaseReplans struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run lists the changes of planned dates.
func (c *releaseReplans) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rs, err := api.Replans(s.Context(), c.Release)
	if err != nil {
		return err
	}
	return s.Print(rs, func() *Table {
		t := &Table{Heads: []string{"AT (UTC)", "BY", "MOVED", "WHAT", "WHY"}, Empty: "The plan was never moved."}
		who := s.who(api)
		for _, r := range rs {
			t.Add(r.At.UTC().Format(minuteLayout), who(r.By), late(&r.Minutes), movedDates(r.Moves), r.Reason)
		}
		return t
	})
}

func movedDates(moves []client.PlanMove) string {
	var out []string
	for _, m := range moves {
		name := m.Key
		if name == "" {
			name = m.Kind
		}
		if m.Point == "end" && len(out) > 0 && out[len(out)-1] == name {
			continue
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}
