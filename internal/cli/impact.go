package cli

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"slipway/client"
)

type impactCommand struct {
	List    impactList    `cmd:"" help:"List what a release does to users, or without one the notices that are owed for all of them."`
	Set     impactSet     `cmd:"" help:"State what a release does to the users of a service."`
	Told    impactTold    `cmd:"" help:"Say that the users of a service were told."`
	Drop    impactDrop    `cmd:"" help:"Say that a release does nothing to the users of a service."`
	Windows impactWindows `cmd:"" help:"List free times of a release, the least harmful first."`
}

type impactList struct {
	Release   string `arg:"" optional:"" help:"Key of the release; without it the impacts of all releases."`
	Owed      bool   `help:"Only those whose users are owed a notice and were not told, or were told another time. Without a release."`
	Told      bool   `help:"Only those whose users were told. Without a release."`
	Mine      bool   `help:"Only those of releases that you answer for. Without a release."`
	DueBefore string `placeholder:"T" help:"Only those whose notice is due before this instant. Without a release."`
	Limit     int    `default:"0" help:"At most so many; all if 0. Without a release."`
}

// Run lists impacts.
func (c *impactList) Run(s *Session) error {
	if c.Release == "" {
		return c.all(s)
	}
	if c.Owed || c.Told || c.Mine || c.DueBefore != "" || c.Limit != 0 {
		return Usage("--owed, --told, --mine, --due-before and --limit narrow the list of all releases: leave %s out", c.Release)
	}
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.Impacts(s.Context(), c.Release)
	if err != nil {
		return err
	}
	return s.Print(p.Items, func() *Table {
		t := &Table{Heads: []string{"SERVICE", "WHAT", "MINUTES", "USERS", "NOTICE", "DUE", "TOLD", "MOVED"}, Empty: "Nothing is planned that users would notice."}
		for _, i := range p.Items {
			t.Add(i.Service, i.Kind, i.Minutes, i.Users, i.Notice, maybeInstant(i.NoticeDue), maybeInstant(i.NoticeAt), maybeInstant(i.MovedAt))
		}
		return t
	})
}

// all lists the impacts of all releases.
func (c *impactList) all(s *Session) error {
	if c.Owed && c.Told {
		return Usage("--owed and --told: name one")
	}
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	switch {
	case c.Owed:
		q.Set("show", "owed")
	case c.Told:
		q.Set("show", "told")
	}
	if c.Mine {
		q.Set("mine", "true")
	}
	if c.DueBefore != "" {
		t, err := s.instant("--due-before", c.DueBefore, "")
		if err != nil {
			return err
		}
		q.Set("dueBefore", t.UTC().Format(time.RFC3339))
	}
	rows, err := client.List[client.ImpactListed](s.Context(), api, "/impacts", q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"NOTICE", "DUE", "RELEASE", "WINDOW", "SERVICE", "WHAT", "MINUTES", "USERS", "TOLD", "MOVED"}, Empty: "No release that is still to come does anything to users."}
		for _, i := range rows {
			t.Add(i.Notice, maybeInstant(i.NoticeDue), i.ReleaseKey, maybeInstant(i.WindowStart), i.Service, i.Kind, i.Minutes, i.Users, maybeInstant(i.NoticeAt), maybeInstant(i.MovedAt))
		}
		return t
	})
}

func maybeInstant(t *time.Time) string {
	if t == nil {
		return ""
	}
	return instantText(*t)
}

type impactSet struct {
	Release string        `arg:"" help:"Key of the release."`
	Service string        `arg:"" help:"Key of the service."`
	Kind    string        `required:"" enum:"downtime,degradation" help:"downtime: it does not answer; degradation: it answers slowly or in part."`
	Minutes int64         `required:"" help:"For how long."`
	Users   string        `help:"Whom it hits."`
	Notice  time.Duration `placeholder:"48h" help:"How long before it they are owed a notice."`
	Told    string        `placeholder:"T" help:"When they were told; as it is, without it."`
}

// Run states an impact.
func (c *impactSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	was, err := statedImpact(s, api, c.Release, c.Service)
	if err != nil {
		return err
	}
	in := client.ImpactSpec{Kind: c.Kind, Minutes: c.Minutes, Users: c.Users, NoticeHours: int64(c.Notice / time.Hour), NoticeAt: was.NoticeAt, Rev: was.Rev}
	if c.Told != "" {
		t, err := s.instant("--told", c.Told, "")
		if err != nil {
			return err
		}
		in.NoticeAt = &t
	}
	i, err := api.SetImpact(s.Context(), c.Release, c.Service, in)
	if err != nil {
		return err
	}
	return s.Say(i, "%s plans %d minutes of %s of %s.", c.Release, i.Minutes, i.Kind, i.Service)
}

// statedImpact returns the impact on a service as it stands, the zero value if none was stated.
func statedImpact(s *Session, api *client.Client, release, service string) (client.Impact, error) {
	was, err := api.Impacts(s.Context(), release)
	for _, i := range was.Items {
		if i.Service == service {
			return i, nil
		}
	}
	return client.Impact{}, err
}

type impactTold struct {
	Release string `arg:"" help:"Key of the release."`
	Service string `arg:"" help:"Key of the service."`
	At      string `placeholder:"T" help:"When they were told; now without it."`
}

// Run marks users as told.
func (c *impactTold) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	var at time.Time
	if c.At != "" {
		if at, err = s.instant("--at", c.At, ""); err != nil {
			return err
		}
	}
	was, err := statedImpact(s, api, c.Release, c.Service)
	if err != nil {
		return err
	}
	i, err := api.TellImpact(s.Context(), c.Release, c.Service, was.Rev, at)
	if err != nil {
		return err
	}
	if i.Notice == "late" {
		return s.Say(i, "The users of %s were told of %s at %s, later than they are owed: %s.", i.Service, c.Release, maybeInstant(i.NoticeAt), maybeInstant(i.NoticeDue))
	}
	return s.Say(i, "The users of %s were told of %s at %s.", i.Service, c.Release, maybeInstant(i.NoticeAt))
}

type impactDrop struct {
	Release string `arg:"" help:"Key of the release."`
	Service string `arg:"" help:"Key of the service."`
}

// Run drops an impact.
func (c *impactDrop) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if err := api.DropImpact(s.Context(), c.Release, c.Service); err != nil {
		return err
	}
	return s.Say(map[string]string{"release": c.Release, "service": c.Service}, "%s does nothing to the users of %s.", c.Release, c.Service)
}

type impactWindows struct {
	Release string        `arg:"" help:"Key of the release."`
	Length  time.Duration `placeholder:"4h" help:"How long; as long as the release's window without it."`
	From    string        `placeholder:"T" help:"From when; from when users can be told in time without it."`
	To      string        `placeholder:"T" help:"Up to when; 60 days behind the present window without it."`
	N       int           `short:"n" default:"5" help:"How many, at most 20."`
}

// Run lists the times that do least harm.
func (c *impactWindows) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{"n": {fmt.Sprint(c.N)}}
	if c.Length != 0 {
		q.Set("minutes", fmt.Sprint(int64(c.Length/time.Minute)))
	}
	if err := s.instants(q, map[string]string{"from": c.From, "to": c.To}); err != nil {
		return err
	}
	p, err := api.HarmWindows(s.Context(), c.Release, q)
	if err != nil {
		return err
	}
	if err := s.Print(p, func() *Table {
		t := &Table{Heads: []string{"FROM", "TO", "TELL BY", "WHY"}, Empty: "Nothing is free in this time."}
		for _, x := range p.Items {
			t.Add(instantText(x.Start), instantText(x.End), maybeInstant(x.TellBy), strings.Join(x.Why, " "))
		}
		return t
	}); err != nil || s.JSON() || p.Narrowed == "" {
		return err
	}
	return s.tell(p.Narrowed)
}
