package cli

import (
	"strings"

	"slipway/client"
)

type attentionCommand struct {
	List attentionList `cmd:"" help:"List what waits for you, as mission control has it, the most pressing first."`
}

type attentionList struct {
	All bool `help:"What waits for others too."`
}

// Run prints what waits.
func (c *attentionList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	l, err := api.Attention(s.Context(), c.All)
	if err != nil {
		return err
	}
	return s.Print(l, func() *Table {
		t := &Table{Heads: []string{"PRESSES", "DUE", "WHAT", "WAITS FOR", "RELEASE", "WHY"}, Empty: "Nothing waits for you."}
		if c.All {
			t.Empty = "Nothing waits for anybody."
		} else if l.Others > 0 {
			t.Empty += " With --all: what waits for others."
		}
		for _, i := range l.Items {
			t.Add(i.Weight, since(i.Due), i.Title, waitsFor(i), i.Release, i.Why)
		}
		return t
	})
}

func waitsFor(i client.Waiting) string {
	if !i.Mine {
		return i.Who
	}
	return strings.TrimSuffix("you, "+i.Who, ", ")
}
