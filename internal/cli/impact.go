package cli

import (
	"time"

	"slipway/client"
)

type impactCommand struct {
	List impactList `cmd:"" help:"List what a release does to users."`
	Set  impactSet  `cmd:"" help:"State what a release does to the users of a service."`
	Drop impactDrop `cmd:"" help:"Say that a release does nothing to the users of a service."`
}

type impactList struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run lists impacts.
func (c *impactList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.Impacts(s.Context(), c.Release)
	if err != nil {
		return err
	}
	return s.Print(p.Items, func() *Table {
		t := &Table{Heads: []string{"SERVICE", "WHAT", "MINUTES", "USERS", "NOTICE DUE", "TOLD"}, Empty: "Nothing is planned that users would notice."}
		for _, i := range p.Items {
			due, told := "", ""
			if i.NoticeDue != nil {
				due = instantText(*i.NoticeDue)
			}
			if i.NoticeAt != nil {
				told = instantText(*i.NoticeAt)
			}
			t.Add(i.Service, i.Kind, i.Minutes, i.Users, due, told)
		}
		return t
	})
}

type impactSet struct {
	Release string        `arg:"" help:"Key of the release."`
	Service string        `arg:"" help:"Key of the service."`
	Kind    string        `required:"" enum:"downtime,degradation" help:"downtime: it does not answer; degradation: it answers slowly or in part."`
	Minutes int64         `required:"" help:"For how long."`
	Users   string        `help:"Whom it hits."`
	Notice  time.Duration `placeholder:"48h" help:"How long before it they are owed a notice."`
	Told    string        `placeholder:"T" help:"When they were told."`
}

// Run states an impact.
func (c *impactSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.ImpactSpec{Kind: c.Kind, Minutes: c.Minutes, Users: c.Users, NoticeHours: int64(c.Notice / time.Hour)}
	if c.Told != "" {
		t, err := s.instant("--told", c.Told, "")
		if err != nil {
			return err
		}
		in.NoticeAt = &t
	}
	was, err := api.Impacts(s.Context(), c.Release)
	if err != nil {
		return err
	}
	for _, i := range was.Items {
		if i.Service == c.Service {
			in.Rev = i.Rev
		}
	}
	i, err := api.SetImpact(s.Context(), c.Release, c.Service, in)
	if err != nil {
		return err
	}
	return s.Say(i, "%s plans %d minutes of %s of %s.", c.Release, i.Minutes, i.Kind, i.Service)
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
