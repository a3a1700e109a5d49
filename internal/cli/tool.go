package cli

import (
	"context"

	"slipway/client"
)

type toolCommand struct {
	List toolList `cmd:"" help:"List tools, licences and equipment."`
	Set  toolSet  `cmd:"" help:"State a tool, or change what is given of it."`
}

type toolList struct{}

// Run lists tools.
func (c *toolList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	ts, err := api.Tools(s.Context())
	if err != nil {
		return err
	}
	return s.Print(ts, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "KIND", "UNITS", "A WEEK EACH", "CLOSED"}, Empty: "No tools. State one with slipway tool set."}
		for _, x := range ts {
			t.Add(x.Key, x.Name, x.Kind, x.Units, inHours(x.Weekly), x.Closed)
		}
		return t
	})
}

type toolSet struct {
	Key    string  `arg:"" help:"Its key."`
	Name   *string `help:"Its name."`
	Text   *string `help:"What it is for."`
	Kind   *string `help:"tool, licence or equipment."`
	Team   *string `help:"Key of the team whose lead answers requests for it."`
	Units  *int64  `help:"How many there are."`
	Weekly string  `placeholder:"40h" help:"For how much of a week each can be used."`
	Closed *bool   `negatable:"" help:"It is not there any more."`
}

// Run states a tool.
func (c *toolSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in, err := toolNow(s.Context(), api, c.Key)
	if err != nil {
		return err
	}
	for to, from := range map[*string]*string{&in.Name: c.Name, &in.Text: c.Text, &in.Kind: c.Kind, &in.Team: c.Team} {
		if from != nil {
			*to = *from
		}
	}
	if c.Units != nil {
		in.Units = *c.Units
	}
	if c.Closed != nil {
		in.Closed = *c.Closed
	}
	if c.Weekly != "" {
		if in.Weekly, err = weekly(c.Weekly); err != nil {
			return err
		}
	}
	t, err := api.SetTool(s.Context(), c.Key, in)
	if err != nil {
		return err
	}
	return s.Say(t, "The tool %s is stated.", t.Key)
}

func toolNow(ctx context.Context, api *client.Client, key string) (client.Tool, error) {
	ts, err := api.Tools(ctx)
	for _, t := range ts {
		if t.Key == key {
			return t, err
		}
	}
	return client.Tool{Kind: "tool", Units: 1, Weekly: 40 * 60}, err
}
