package cli

import (
	"fmt"
	"strings"
	"time"
)

type releaseVerdict struct {
	Key string `arg:"" help:"Key of the release."`
}

// Run prints the verdict. It exits with ExitYes for GO only, and with ExitNo for NO-GO and PENDING.
func (c *releaseVerdict) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	v, err := api.Verdict(s.Context(), c.Key)
	if err != nil {
		return err
	}
	word := strings.ToUpper(v.Verdict)
	if !s.JSON() {
		if _, err := fmt.Fprintf(s.Out(), "%s  %s, computed %s\n", word, plain(v.Release), v.ComputedAt.UTC().Format(time.RFC3339)); err != nil {
			return err
		}
	}
	if s.JSON() || len(v.Reasons) > 0 {
		err = s.Print(v, func() *Table {
			t := &Table{Heads: []string{"CRITERION", "REASON", "OWNER", "SINCE", "WHAT", "NEXT"}}
			for _, r := range v.Reasons {
				t.Add(r.Criterion, r.Code, r.Owner, since(r.Since), r.Text, r.Next)
			}
			return t
		})
		if err != nil {
			return err
		}
	}
	if v.Verdict != "go" {
		return &No{}
	}
	return nil
}

func since(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04Z")
}
