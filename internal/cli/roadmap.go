package cli

import (
	"net/url"
	"strings"
	"time"

	"slipway/client"
)

type roadmapCommand struct {
	Show     roadmapShow     `cmd:"" help:"Show the roadmap: releases, planned versions and dates of trains over quarters."`
	Dates    roadmapDates    `cmd:"" help:"List dates and how far people are with them."`
	Date     roadmapDate     `cmd:"" help:"Show a date with everything that was said about it."`
	Propose  roadmapPropose  `cmd:"" help:"Propose a date, for a release or for a version that is no release yet."`
	Counter  roadmapCounter  `cmd:"" help:"Put another date on the table."`
	Agree    roadmapAgree    `cmd:"" help:"Agree to the date on the table; the last role that agrees sets the window."`
	Refuse   roadmapRefuse   `cmd:"" help:"Refuse the date on the table."`
	Withdraw roadmapWithdraw `cmd:"" help:"Withdraw a date."`
	Publish  roadmapPublish  `cmd:"" help:"Publish agreed dates."`
}

type roadmapShow struct {
	From      string `placeholder:"T" help:"The first instant; the start of the quarter that runs without it."`
	To        string `placeholder:"T" help:"The instant behind the last; three quarters on without it."`
	Product   string `help:"Only this product."`
	Published bool   `help:"Only dates that are published."`
}

// Run shows the roadmap.
func (c *roadmapShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	if err := s.instants(q, map[string]string{"from": c.From, "to": c.To}); err != nil {
		return err
	}
	if c.Product != "" {
		q.Set("product", c.Product)
	}
	if c.Published {
		q.Set("published", "true")
	}
	x, err := api.Roadmap(s.Context(), q)
	if err != nil {
		return err
	}
	return s.Print(x, func() *Table {
		t := &Table{Heads: []string{"PRODUCT", "WHAT", "WINDOW (UTC)", "STATE", "KIND", "PUBLISHED"}, Empty: "Nothing is on the roadmap. Propose a date with slipway roadmap propose."}
		for _, r := range x.Rows {
			for _, m := range r.Marks {
				state := m.State
				if m.Vendor != "" {
					state = "forced by " + m.Vendor
				}
				t.Add(r.Product.Key, m.Name, minutes(&m.Window.Start), state, m.Kind, yes(m.Published))
			}
		}
		return t
	})
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

type roadmapDates struct {
	Product   string   `help:"Only this product."`
	State     []string `help:"Only this state: proposed, negotiation, agreed or withdrawn; may be given again."`
	Published bool     `help:"Only dates that are published."`
}

// Run lists dates.
func (c *roadmapDates) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	if c.Product != "" {
		q.Set("product", c.Product)
	}
	if len(c.State) > 0 {
		q.Set("state", strings.Join(c.State, ","))
	}
	if c.Published {
		q.Set("published", "true")
	}
	ds, err := api.RoadmapDates(s.Context(), q)
	if err != nil {
		return err
	}
	return s.Print(ds, func() *Table {
		t := &Table{Heads: []string{"KEY", "WINDOW (UTC)", "STATE", "WAITS FOR", "ANSWER BY (UTC)", "PUBLISHED (UTC)"}, Empty: "No dates."}
		for _, d := range ds {
			published := ""
			if d.Published != nil {
				published = minutes(&d.Published.Start)
			}
			t.Add(d.Key, minutes(&d.Window.Start), d.State, awaited(d), minutes(d.AnswerBy), published)
		}
		return t
	})
}

// awaited names the roles that have not agreed.
func awaited(d client.RoadmapDate) string {
	if d.State == "agreed" || d.State == "withdrawn" {
		return ""
	}
	var out []string
	for _, a := range d.Answers {
		if a.Answer != "agreed" {
			out = append(out, a.Role)
		}
	}
	return strings.Join(out, ", ")
}

type oneDate struct {
	Date string `arg:"" help:"Its key: product and version."`
}

type roadmapDate struct {
	oneDate `embed:""`
}

// Run shows a date.
func (c *roadmapDate) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	d, err := api.RoadmapDate(s.Context(), c.Date)
	if err != nil {
		return err
	}
	return s.Print(d, func() *Table {
		t := &Table{Heads: []string{"AT (UTC)", "WHO", "ROLE", "SAYS", "DATE (UTC)", "WHY"}}
		for _, x := range d.Statements {
			t.Add(minutes(&x.At), x.Name, x.Role, x.Kind, minutes(&x.Window.Start), x.Reason)
		}
		return t
	})
}

type roadmapPropose struct {
	Release  string   `xor:"what" help:"Key of the release."`
	Product  string   `xor:"what" help:"Key of the product of a version that is no release yet."`
	Version  string   `help:"That version."`
	Title    string   `help:"What it brings, in a few words."`
	Window   string   `required:"" placeholder:"START/END" help:"When it is to reach production: 2026-12-08T21:00/23:00."`
	Roles    []string `help:"A role that has to agree; may be given again."`
	Role     string   `help:"The role for which you propose it, where it is one of them."`
	Vendor   string   `help:"Who forces the date; nobody has to agree then."`
	AnswerBy string   `placeholder:"T" help:"Until when answers are asked for."`
	Reason   string   `help:"Why this date."`
	Zone     string   `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run proposes a date.
func (c *roadmapPropose) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewRoadmapDate{Release: c.Release, Product: c.Product, Version: c.Version, Title: c.Title, Roles: c.Roles, Role: c.Role, Vendor: c.Vendor, Reason: c.Reason}
	if in.Window, err = s.window(c.Window, c.Zone); err != nil {
		return err
	}
	if in.AnswerBy, err = s.moment("--answer-by", c.AnswerBy, c.Zone); err != nil {
		return err
	}
	d, err := api.ProposeDate(s.Context(), in)
	if err != nil {
		return err
	}
	return s.sayDate(d)
}

func (s *Session) window(text, zone string) (w client.ReleaseWindow, err error) {
	w.Start, w.End, err = s.span("--window", text, zone)
	return w, err
}

// sayDate says how far people are with a date.
func (s *Session) sayDate(d client.RoadmapDate) error {
	start := d.Window.Start.UTC().Format(time.RFC3339)
	if w := awaited(d); w != "" {
		return s.Say(d, "%s on %s waits for %s.", d.Key, start, w)
	}
	return s.Say(d, "%s on %s is %s.", d.Key, start, d.State)
}

type roadmapCounter struct {
	oneDate `embed:""`
	Window  string `required:"" placeholder:"START/END" help:"The other date: 2026-12-15T21:00/23:00."`
	Reason  string `required:"" help:"Why."`
	Role    string `help:"The role for which you say it; the only one that you may say it for without it."`
	Zone    string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run counters a date.
func (c *roadmapCounter) Run(s *Session) error {
	w, err := s.window(c.Window, c.Zone)
	if err != nil {
		return err
	}
	return s.answerDate(c.Date, "counter", client.RoadmapWord{Role: c.Role, Reason: c.Reason, Window: &w})
}

type roadmapAgree struct {
	oneDate `embed:""`
	Role    string `help:"The role for which you say it; the only one that you may say it for without it."`
	Reason  string `help:"What you say with it."`
}

// Run agrees to a date.
func (c *roadmapAgree) Run(s *Session) error {
	return s.answerDate(c.Date, "agree", client.RoadmapWord{Role: c.Role, Reason: c.Reason})
}

type roadmapRefuse struct {
	oneDate `embed:""`
	Reason  string `required:"" help:"Why."`
	Role    string `help:"The role for which you say it; the only one that you may say it for without it."`
}

// Run refuses a date.
func (c *roadmapRefuse) Run(s *Session) error {
	return s.answerDate(c.Date, "refuse", client.RoadmapWord{Role: c.Role, Reason: c.Reason})
}

func (s *Session) answerDate(date, verb string, in client.RoadmapWord) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	d, err := api.AnswerDate(s.Context(), date, verb, in)
	if err != nil {
		return err
	}
	return s.sayDate(d)
}

type roadmapWithdraw struct {
	oneDate `embed:""`
	Reason  string `required:"" help:"Why."`
}

// Run withdraws a date.
func (c *roadmapWithdraw) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	d, err := api.WithdrawDate(s.Context(), c.Date, 0, c.Reason)
	if err != nil {
		return err
	}
	return s.sayDate(d)
}

type roadmapPublish struct {
	Product string `help:"Only this product."`
}

// Run publishes dates.
func (c *roadmapPublish) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	ds, err := api.PublishDates(s.Context(), c.Product)
	if err != nil {
		return err
	}
	if len(ds) == 1 {
		return s.Say(ds, "1 date is published that was not like that before.")
	}
	return s.Say(ds, "%d dates are published that were not like that before.", len(ds))
}
