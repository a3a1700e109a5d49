package cli

import (
	"fmt"
	"strings"
	"time"

	"slipway/client"
)

type windowCommand struct {
	Add   windowAdd   `cmd:"" help:"Publish a window."`
	List  windowList  `cmd:"" help:"List windows."`
	Show  windowShow  `cmd:"" help:"Show a window."`
	Set   windowSet   `cmd:"" help:"Change a window, also while it is active."`
	Close windowClose `cmd:"" help:"Withdraw a window, for a reason."`
}

// times is when a period is and what it applies to, as flags say it.
type times struct {
	Name        *string  `help:"Name as pages show it."`
	From        *string  `aliases:"start" placeholder:"T" help:"Start: wall time of the zone (2026-11-23T22:00) or an instant (2026-11-23T21:00:00Z)."`
	To          *string  `aliases:"end" placeholder:"T" help:"End, in the form of the start; not part of the period."`
	Zone        *string  `placeholder:"ZONE" help:"Zone whose wall time it keeps, such as Europe/Copenhagen; SLIPWAY_ZONE or that of your profile without it."`
	Rrule       *string  `placeholder:"RRULE" help:"Recurrence by RFC 5545, such as FREQ=WEEKLY;BYDAY=TU,TH."`
	Exdate      []string `placeholder:"T" help:"A start that is left out, in the form of the start, or a date; may be given again."`
	Rdate       []string `placeholder:"T" help:"A further start, in the form of the start; may be given again."`
	Reason      *string  `help:"Why it is."`
	Owner       *string  `help:"Key of the person who answers for it."`
	Product     []string `placeholder:"P" help:"Only services of this product; may be given again."`
	Service     []string `placeholder:"S" help:"Only this service; may be given again."`
	ServiceTier []int    `placeholder:"N" help:"Only services of this importance, 1 the highest; may be given again."`
	Environment []string `placeholder:"E" help:"Only this environment; may be given again."`
	Tier        []string `placeholder:"TIER" help:"Only environments of this tier, such as production; may be given again."`
	DryRun      bool     `help:"Only show what it would do; publish nothing."`
}

// onto puts what was given in the place of what is stated.
func (t times) onto(s *Session, p *client.PeriodSpec) error {
	put(&p.Name, t.Name)
	put(&p.Start, t.From)
	put(&p.End, t.To)
	put(&p.Zone, t.Zone)
	put(&p.RRule, t.Rrule)
	put(&p.Reason, t.Reason)
	put(&p.Owner, t.Owner)
	list := func(dst *[]string, given []string) {
		if given != nil {
			*dst = given
		}
	}
	list(&p.ExDates, t.Exdate)
	list(&p.RDates, t.Rdate)
	list(&p.Products, t.Product)
	list(&p.Services, t.Service)
	list(&p.Environments, t.Environment)
	list(&p.Tiers, t.Tier)
	if t.ServiceTier != nil {
		p.ServiceTiers = t.ServiceTier
	}
	if _, err := time.Parse(time.RFC3339, p.Start); p.Zone == "" && err != nil {
		loc, err := s.zone("")
		if err != nil {
			return err
		}
		p.Zone = loc.String()
	}
	return nil
}

type windowAdd struct {
	Key   string `arg:"" help:"Its key, such as tuesday-nights."`
	times `embed:""`
}

// Run publishes a window.
func (c *windowAdd) Run(s *Session) error {
	return addPeriod(s, client.Windows, client.PeriodSpec{Key: c.Key, Name: c.Key}, c.times)
}

func addPeriod(s *Session, noun string, p client.PeriodSpec, t times) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if t.From == nil || t.To == nil {
		return Usage("--from and --to are required")
	}
	if err := t.onto(s, &p); err != nil {
		return err
	}
	out, err := api.AddPeriod(s.Context(), noun, p, t.DryRun)
	return s.published(out, err, "is published")
}

// published prints a change of the calendar, or its effect.
func (s *Session) published(p client.Published, err error, did string) error {
	switch {
	case err != nil:
		return err
	case p.Effect != nil:
		return s.Print(p.Effect, func() *Table {
			t := &Table{Heads: []string{"WHAT", "WHERE", "BEFORE", "AFTER", "EFFECT"}, Empty: "It changes nothing that is planned."}
			for _, h := range p.Effect.Releases {
				t.Add(h.Key, h.Environment+": "+strings.Join(h.Services, " "), h.Before, h.After, h.Text)
			}
			for _, h := range p.Effect.Windows {
				t.Add(h.Key, "", "", "", h.Text)
			}
			for _, h := range p.Effect.Bookings {
				t.Add(h.Key, h.Environment, "", "", "The booking for "+h.For+": "+h.Text)
			}
			return t
		})
	case p.Period == nil:
		return nil
	}
	if !s.JSON() {
		for _, n := range p.Notes {
			if _, err := fmt.Fprintln(s.Err(), plain(n.Message)); err != nil {
				return err
			}
		}
	}
	return s.Say(p.Period, "%s %s %s.", nounOf(p.Period.Kind), p.Period.Key, did)
}

// nounOf begins a sentence with the kind of a period.
func nounOf(kind string) string {
	if kind == "busy" {
		return "Busy time"
	}
	return strings.ToUpper(kind[:1]) + kind[1:]
}

// periodFilter narrows lists of periods.
type periodFilter struct {
	found
	Environment string `placeholder:"E" help:"Only those that can apply to this environment."`
	Service     string `placeholder:"S" help:"Only those that can apply to this service."`
	Product     string `placeholder:"P" help:"Only those that can apply to this product."`
	From        string `placeholder:"T" help:"Only those that are not over before this instant."`
	To          string `placeholder:"T" help:"Only those that begin before this instant."`
	All         bool   `help:"Withdrawn ones too."`
}

func (f periodFilter) list(s *Session, noun string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := f.values()
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("environment", f.Environment)
	set("service", f.Service)
	set("product", f.Product)
	for name, text := range map[string]string{"from": f.From, "to": f.To} {
		if text != "" {
			t, err := s.instant("--"+name, text, "")
			if err != nil {
				return err
			}
			set(name, t.UTC().Format(time.RFC3339))
		}
	}
	if f.All {
		set("withdrawn", "true")
	}
	rows, err := client.List[client.Period](s.Context(), api, client.Path(noun), q, f.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "STATE", "NEXT", "APPLIES TO", "OWNER"}, Empty: "None. Publish one with slipway " + strings.TrimSuffix(strings.TrimSuffix(noun, "-times"), "s") + " add."}
		for _, p := range rows {
			t.Add(p.Key, p.Name, standing(p), next(p), reach(p.Scope), p.OwnerName)
		}
		return t
	})
}

func standing(p client.Period) string {
	words := ""
	if p.Kind == "freeze" {
		if words = "soft, "; p.Hard {
			words = "hard, "
		}
	}
	switch {
	case p.Withdrawn != nil:
		return words + "withdrawn"
	case p.Active:
		return words + "active"
	case p.Next != nil:
		return words + "to come"
	}
	return words + "over"
}

func next(p client.Period) string {
	if p.Next == nil {
		return ""
	}
	return p.Next.Start.UTC().Format("2006-01-02 15:04Z") + " to " + p.Next.End.UTC().Format("2006-01-02 15:04Z")
}

func reach(r client.Reach) string {
	var out []string
	for _, l := range [][]string{r.Products, r.Services, r.Environments, r.Tiers} {
		if len(l) > 0 {
			out = append(out, strings.Join(l, " "))
		}
	}
	for _, t := range r.ServiceTiers {
		out = append(out, fmt.Sprintf("all tier-%d", t))
	}
	if len(out) == 0 {
		return "everything"
	}
	return strings.Join(out, ", ")
}

type windowList struct{ periodFilter }

// Run lists windows.
func (c *windowList) Run(s *Session) error { return c.list(s, client.Windows) }

type windowShow struct {
	Window string `arg:"" help:"Key or identifier."`
}

// Run shows a window.
func (c *windowShow) Run(s *Session) error { return showPeriod(s, client.Windows, c.Window) }

func showPeriod(s *Session, noun, ref string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.Period(s.Context(), noun, ref)
	if err != nil {
		return err
	}
	return s.Print(p, func() *Table {
		return facts("Key", p.Key, "Name", p.Name, "State", standing(p), "Start", p.Start, "End", p.End, "Zone", p.Zone, "Recurs", p.RRule, "Left out", strings.Join(p.ExDates, ", "), "Added", strings.Join(p.RDates, ", "), "Next", next(p),
			"Applies to", reach(p.Scope), "Reason", p.Reason, "Owner", p.OwnerName, "Running work", p.Running, "Rev", p.Rev)
	})
}

type windowSet struct {
	Window string `arg:"" help:"Key or identifier."`
	times  `embed:""`
	Rev    int64 `help:"The version of the row that you read; the present one without it."`
}

// Run changes what was given and leaves the rest.
func (c *windowSet) Run(s *Session) error {
	return setPeriod(s, client.Windows, c.Window, c.Rev, c.times, nil)
}

func setPeriod(s *Session, noun, ref string, rev int64, t times, more func(*client.PeriodSpec)) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.Period(s.Context(), noun, ref)
	if err != nil {
		return err
	}
	spec := p.Spec()
	if err := t.onto(s, &spec); err != nil {
		return err
	}
	if more != nil {
		more(&spec)
	}
	if rev == 0 {
		rev = p.Rev
	}
	out, err := api.SetPeriod(s.Context(), noun, ref, rev, spec, t.DryRun)
	return s.published(out, err, "is changed")
}

type windowClose struct {
	Window string `arg:"" help:"Key or identifier."`
	Reason string `required:"" help:"Why; the record keeps it."`
	DryRun bool   `help:"Only show what it would do."`
}

// Run withdraws a window.
func (c *windowClose) Run(s *Session) error {
	return closePeriod(s, client.Windows, c.Window, c.Reason, c.DryRun)
}

func closePeriod(s *Session, noun, ref, reason string, dry bool) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	out, err := api.WithdrawPeriod(s.Context(), noun, ref, reason, dry)
	return s.published(out, err, "is withdrawn")
}
