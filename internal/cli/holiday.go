package cli

import (
	"strings"

	"slipway/client"
)

type holidayCommand struct {
	List   holidayList   `cmd:"" help:"List sets of holidays."`
	Set    holidaySet    `cmd:"" help:"State a set of holidays, or change what is given of it."`
	Remove holidayRemove `cmd:"" help:"Remove a set of holidays."`
}

type holidayList struct{}

// Run lists sets.
func (c *holidayList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	hs, err := api.HolidaySets(s.Context())
	if err != nil {
		return err
	}
	return s.Print(hs, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "OWN DAYS", "DAYS OF", "FOLLOWED BY"}, Empty: "No holidays. State them with slipway holiday set."}
		for _, h := range hs {
			t.Add(h.Key, h.Name, len(h.Days), h.Feed, len(h.Followers))
		}
		return t
	})
}

type holidaySet struct {
	Key    string   `arg:"" help:"Key of the set."`
	Name   string   `help:"Its name, such as Bank holidays of Sweden."`
	Feed   string   `help:"Key of an imported calendar whose days are added."`
	Day    []string `placeholder:"DAY=NAME" help:"A day: 2026-12-25=Christmas Day; repeat for more. All days, once one is given."`
	Person []string `placeholder:"PERSON" help:"A person for whom they hold; repeat for more."`
	Team   []string `placeholder:"TEAM" help:"A team for which they hold; repeat for more."`
	Env    []string `name:"environment" placeholder:"ENVIRONMENT" help:"An environment for which they hold; repeat for more."`
}

// Run states a set: what is not given stays as it is.
func (c *holidaySet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	sets, err := api.HolidaySets(s.Context())
	if err != nil {
		return err
	}
	in := client.Holidays{Days: []client.Holiday{}, Followers: []client.Follower{}}
	for _, h := range sets {
		if h.Key == c.Key {
			in = h
		}
	}
	if c.Name != "" {
		in.Name = c.Name
	}
	if c.Feed != "" {
		in.Feed = c.Feed
	}
	for i, d := range c.Day {
		day, name, ok := strings.Cut(d, "=")
		if !ok {
			return Usage("--day %s: give it as 2026-12-25=Christmas Day", d)
		}
		if i == 0 {
			in.Days = nil
		}
		in.Days = append(in.Days, client.Holiday{Day: day, Name: name})
	}
	if len(c.Person)+len(c.Team)+len(c.Env) > 0 {
		in.Followers = nil
	}
	for kind, list := range map[string][]string{"person": c.Person, "team": c.Team, "environment": c.Env} {
		for _, x := range list {
			in.Followers = append(in.Followers, client.Follower{Kind: kind, Subject: x})
		}
	}
	h, err := api.SetHolidays(s.Context(), c.Key, in)
	if err != nil {
		return err
	}
	return s.Say(h, "%s has %s of its own and is followed by %d.", h.Key, counted(len(h.Days), "day"), len(h.Followers))
}

type holidayRemove struct {
	Key string `arg:"" help:"Key of the set."`
}

// Run removes a set.
func (c *holidayRemove) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if err := api.RemoveHolidays(s.Context(), c.Key); err != nil {
		return err
	}
	return s.Say(map[string]string{"key": c.Key}, "The holidays %s are removed.", c.Key)
}
