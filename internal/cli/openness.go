package cli

import (
	"fmt"
	"time"

	"slipway/client"
)

type opennessCommand struct {
	Show opennessShow `cmd:"" help:"Show whether an environment is open, what decides it, and when that changes."`
}

type opennessShow struct {
	Environment string `required:"" placeholder:"E" help:"Key of the environment."`
	Service     string `placeholder:"S" help:"Key of the service; the environment as such without it."`
	At          string `placeholder:"T" help:"The instant in question; now without it."`
}

// Run prints how the environment stands, by windows, freezes and its default alone.
func (c *opennessShow) Run(s *Session) error {
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
	o, err := api.Openness(s.Context(), c.Environment, c.Service, at)
	if err != nil {
		return err
	}
	if s.JSON() {
		return s.Print(o, nil)
	}
	for _, l := range opennessLines(o) {
		if _, err := fmt.Fprintln(s.Out(), plain(l)); err != nil {
			return err
		}
	}
	return nil
}

// lookedAhead is how many days the server looks ahead: an answer that holds so long has no known end.
const lookedAhead = 400

func opennessLines(o client.Openness) []string {
	where := o.Environment
	if o.Service != "" {
		where = o.Service + " in " + where
	}
	lines := []string{fmt.Sprintf("%s: %s, at %s.", opennessWord(o.State), where, o.At.UTC().Format("2006-01-02 15:04Z"))}
	for _, r := range o.Reasons {
		lines = append(lines, "  "+r.Text+" ["+r.Code+"]")
	}
	switch {
	case o.Next != nil:
		lines = append(lines, fmt.Sprintf("  Next: %s from %s to %s.", o.Next.State, o.Next.At.UTC().Format(time.RFC3339), o.Next.Until.UTC().Format(time.RFC3339)))
	case o.State != "open":
		lines = append(lines, "  Time alone does not open it.")
	}
	if o.ValidUntil != nil && o.ValidUntil.Before(o.At.AddDate(0, 0, lookedAhead)) {
		lines = append(lines, "  Holds until: "+o.ValidUntil.UTC().Format(time.RFC3339)+", unless something changes.")
	}
	return lines
}

func opennessWord(state string) string {
	switch state {
	case "open":
		return "Open"
	case "needs-approval":
		return "Needs approval"
	}
	return "Closed"
}
