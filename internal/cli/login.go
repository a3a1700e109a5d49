package cli

import (
	"time"

	"slipway/client"
)

type sessionCommand struct {
	List  sessionList  `cmd:"" help:"List your living sessions in browsers."`
	Close sessionClose `cmd:"" help:"End a session, or all of yours."`
}

type sessionList struct {
	Person string `help:"Those of another person; whoever may change people sees them."`
}

// Run prints the sessions.
func (c *sessionList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rows, err := api.Sessions(s.Context(), c.Person)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"SESSION", "OPENED (UTC)", "LAST USED (UTC)", "ENDS (UTC)", "BY", "FROM", "PROGRAM"}, Empty: "No living sessions. A token is none."}
		for _, x := range rows {
			t.Add(x.ID, minute(x.OpenedAt), minute(x.SeenAt), minute(x.ExpiresAt), x.Method, x.Address, clipped(x))
		}
		return t
	})
}

func minute(t time.Time) string { return t.UTC().Format(minuteLayout) }

// clipped is the program that a session was opened with, as it calls itself, cut short for a table.
func clipped(x client.LoginSession) string {
	if r := []rune(x.Agent); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return x.Agent
}

type sessionClose struct {
	Session string `arg:"" optional:"" help:"Identifier of the session; slipway session list shows it."`
	All     bool   `help:"All of your sessions in browsers."`
}

// Run ends one session or all.
func (c *sessionClose) Run(s *Session) error {
	if (c.Session == "") != c.All {
		return Usage("name a session, or give --all")
	}
	api, err := s.Client()
	if err != nil {
		return err
	}
	if !c.All {
		if err := api.CloseSession(s.Context(), c.Session); err != nil {
			return err
		}
		return s.Say(struct{}{}, "The session has ended.")
	}
	n, err := api.CloseOtherSessions(s.Context())
	if err != nil {
		return err
	}
	return s.Say(map[string]int{"ended": n}, "Sessions that ended: %d.", n)
}
