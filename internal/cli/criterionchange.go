package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"slipway/client"
)

type criterionChanges struct {
	Key       string `arg:"" help:"Key of the release."`
	Criterion string `help:"Only those of this criterion."`
	Since     string `placeholder:"T" help:"Only changes after this instant: RFC 3339, or local time."`
	Limit     int    `default:"200" help:"How many at most; 0 for all."`
	Zone      string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run shows the changes, oldest first.
func (c *criterionChanges) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	var from time.Time
	if c.Since != "" {
		if from, err = s.instant("--since", c.Since, c.Zone); err != nil {
			return err
		}
	}
	rows, err := api.CriterionChanges(s.Context(), c.Key, c.Criterion, from, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"AT (UTC)", "CRITERION", "WHAT", "BY", "CHANGED", "REASON"}, Empty: "Nothing changed of the criteria of " + c.Key + "."}
		who := s.who(api)
		for _, x := range rows {
			what, fields := told(x)
			t.Add(x.At.UTC().Format(time.RFC3339), x.Criterion, what, who(x.By), fields, x.Reason)
		}
		return t
	})
}

// told says what a change did, and which fields it touched.
func told(x client.CriterionChange) (what, fields string) {
	switch {
	case x.Before == nil:
		return "added", ""
	case x.After == nil:
		return "dropped", ""
	}
	before, after := members(x.Before), members(x.After)
	var names []string
	for _, m := range []map[string]json.RawMessage{before, after} {
		for name := range m {
			if string(before[name]) != string(after[name]) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return "changed", strings.Join(names, ", ")
}

func members(c *client.CriterionSpec) map[string]json.RawMessage {
	b, err := json.Marshal(c)
	if err != nil {
		return nil
	}
	var out map[string]json.RawMessage
	if json.Unmarshal(b, &out) != nil {
		return nil
	}
	return out
}
