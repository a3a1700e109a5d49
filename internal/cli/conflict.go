package cli

import (
	"net/url"
	"strings"

	"slipway/client"
)

type conflictCommand struct {
	List    conflictList    `cmd:"" help:"List what does not go together."`
	Show    conflictShow    `cmd:"" help:"Show a conflict."`
	Accept  conflictAccept  `cmd:"" help:"Accept a conflict by name, for a reason."`
	Reopen  conflictReopen  `cmd:"" help:"Take the acceptance of a conflict back, for a reason."`
	Recheck conflictRecheck `cmd:"" help:"Find all conflicts anew."`
}

type conflictList struct {
	From        string   `placeholder:"T" help:"Start of the span."`
	To          string   `placeholder:"T" help:"End of the span."`
	State       []string `placeholder:"STATE" help:"Only those in this state: open, accepted, gone; may be given again."`
	Severity    string   `enum:",serious,minor" default:"" help:"Only serious or only minor ones."`
	Environment string   `placeholder:"E" help:"Only those in this environment."`
	Limit       int      `default:"0" help:"At most so many; all if 0."`
}

// Run lists conflicts.
func (c *conflictList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	for name, v := range map[string]string{"state": strings.Join(c.State, ","), "severity": c.Severity, "environment": c.Environment} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if err := s.instants(q, map[string]string{"from": c.From, "to": c.To}); err != nil {
		return err
	}
	rows, err := client.List[client.Conflict](s.Context(), api, "/conflicts", q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"ID", "WHEN", "SEVERITY", "STATE", "WHERE", "WHAT", "NEXT"}, Empty: "No conflicts."}
		for _, x := range rows {
			t.Add(x.ID, instantText(x.From), x.Severity, x.State, x.Environment, x.Text, x.Next)
		}
		return t
	})
}

type conflictShow struct {
	Conflict string `arg:"" help:"Identifier."`
}

// Run shows a conflict.
func (c *conflictShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.Conflict(s.Context(), c.Conflict)
	if err != nil {
		return err
	}
	return s.Print(x, func() *Table {
		t := facts("What", x.Text, "Severity", x.Severity, "State", x.State, "From", instantText(x.From), "To", instantText(x.To), "Since", instantText(x.Since),
			"Environment", x.Environment, "Services", strings.Join(x.Services, " "), "Accepted by", x.AcceptedByName, "Reason", x.Reason, "Next", x.Next)
		for _, p := range x.Parties {
			t.Add(strings.ToUpper(p.Kind[:1])+p.Kind[1:], strings.TrimSpace(p.Key+" "+p.Name))
		}
		return t
	})
}

// judged is a conflict that is judged for a reason.
type judged struct {
	Conflict string `arg:"" help:"Identifier."`
	Reason   string `required:"" help:"Why; the record keeps it."`
}

type conflictAccept struct{ judged }

// Run accepts a conflict.
func (c *conflictAccept) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.AcceptConflict(s.Context(), c.Conflict, c.Reason)
	if err != nil {
		return err
	}
	return s.Say(x, "The conflict is accepted.")
}

type conflictReopen struct{ judged }

// Run takes an acceptance back.
func (c *conflictReopen) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.ReopenConflict(s.Context(), c.Conflict, c.Reason)
	if err != nil {
		return err
	}
	return s.Say(x, "The conflict is open again.")
}

type conflictRecheck struct{}

// Run finds all conflicts anew.
func (c *conflictRecheck) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if err := api.RecheckConflicts(s.Context()); err != nil {
		return err
	}
	return s.Say(map[string]bool{"done": true}, "All conflicts were looked for anew.")
}
