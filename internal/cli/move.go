package cli

import (
	"fmt"
	"strings"
	"time"

	"slipway/client"
)

type releaseMove struct {
	Release string   `arg:"" help:"Key of the release."`
	To      string   `placeholder:"START[/END]" help:"When the window is to begin: RFC 3339, or local time as 2026-12-15T21:00. Without it the dates that fit are listed."`
	Zone    string   `placeholder:"ZONE" help:"Zone of local times, such as Europe/Copenhagen; SLIPWAY_ZONE or that of your profile without it."`
	DryRun  bool     `name:"dry-run" help:"Show what the date hits and move nothing."`
	Reason  string   `help:"Why, as the record and those who are told will read it."`
	Choose  []string `sep:"none" placeholder:"HIT=VALUE" help:"What is chosen for a hit that --dry-run shows; may be given again."`
}

// Run moves the date of a release, or shows what a date hits, or which dates fit.
func (c *releaseMove) Run(s *Session) error {
	if c.To == "" {
		return c.offers(s)
	}
	start, end, err := c.window(s)
	if err != nil {
		return err
	}
	chosen, err := c.choices()
	if err != nil {
		return err
	}
	api, err := s.Client()
	if err != nil {
		return err
	}
	f, err := api.ForeseeMove(s.Context(), c.Release, start, end)
	if err != nil {
		return err
	}
	if c.DryRun {
		return s.Print(f, func() *Table { return hitTable(f) })
	}
	r, err := api.MoveRelease(s.Context(), c.Release, client.NewMove{Start: f.Window.Start, End: &f.Window.End, Reason: c.Reason, Choices: chosen, Seen: f.Seen, Rev: f.Rev})
	if err != nil {
		return err
	}
	return s.Say(r, "%s is moved to %s UTC with %s.", r.Key, minutes(&f.Window.Start), counted(max(len(r.Moved)-1, 0), "other date"))
}

func (c *releaseMove) window(s *Session) (start, end time.Time, err error) {
	if strings.Contains(c.To, "/") {
		return s.span("--to", c.To, c.Zone)
	}
	start, err = s.instant("--to", c.To, c.Zone)
	return start, end, err
}

func (c *releaseMove) choices() (map[string]string, error) {
	out := map[string]string{}
	for _, x := range c.Choose {
		hit, value, ok := strings.Cut(x, "=")
		if !ok || hit == "" || value == "" {
			return nil, Usage("--choose %s: give it as HIT=VALUE", x)
		}
		out[hit] = value
	}
	return out, nil
}

func (c *releaseMove) offers(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	o, err := api.MoveOffers(s.Context(), c.Release)
	if err != nil {
		return err
	}
	return s.Print(o, func() *Table {
		t := &Table{Heads: []string{"START (UTC)", "END (UTC)", "CHANCE", "TO SETTLE", "VOIDS", "WHY"}, Empty: "No date of the next months fits."}
		for _, x := range o.Offers {
			t.Add(minutes(&x.Window.Start), minutes(&x.Window.End), percentOf(x.Chance), fmt.Sprint(x.Settle), fmt.Sprint(x.Voids), x.Why)
		}
		return t
	})
}

func percentOf(c *float64) string {
	if c == nil {
		return ""
	}
	return fmt.Sprintf("%.0f %%", *c*100)
}

func hitTable(f client.MoveForesight) *Table {
	t := &Table{Heads: []string{"AREA", "HIT", "WORD", "THING", "WHAT", "CHOICES"}}
	for _, h := range f.Hits {
		t.Add(h.Area, h.ID, h.Word, h.Thing, h.Text, optionsOf(h.Choice))
	}
	return t
}

// optionsOf lists what may be chosen, the default with a star.
func optionsOf(c *client.MoveChoice) string {
	if c == nil {
		return ""
	}
	var out []string
	for _, o := range c.Options {
		v := o.Value
		if v == c.Default {
			v += "*"
		}
		out = append(out, v)
	}
	return strings.Join(out, ", ")
}
