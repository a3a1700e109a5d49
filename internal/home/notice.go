package home

import (
	"strconv"
	"strings"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Notices is what releases do to users, as home needs it.
type Notices interface {
	// Owed returns the notices that users are owed, who were not told or were told another time, in the releases that the caller may
	// see: those that are overdue and those that are due within a span.
	Owed(tx *db.Tx, within time.Duration) ([]Notice, error)
}

// Notice is what users are to be told of a release.
type Notice struct {
	Release, ReleaseName string
	Service, ServiceName string
	Degradation          bool // not downtime
	Minutes              int64
	Users                string // in words
	Owner                id.Person
	Window, Due          db.Time
	Moved                bool // they were told, and the window was moved after that
}

// notices adds the notices that are due soon or overdue, as what waits for the owner of the release.
func (g *gathering) notices() error {
	if g.h.areas.Notices == nil {
		return nil
	}
	list, err := g.h.areas.Notices.Owed(g.tx, pressing)
	if err != nil {
		return err
	}
	for _, n := range list {
		i := Item{Kind: KindNotice, Weight: Waits, Title: "Tell users of " + n.ServiceName + " about " + n.ReleaseName, Why: n.why(), Due: n.Due, Release: n.Release, Ref: n.Service, Mine: n.Owner == g.me.Person}
		if n.Due < g.tx.Now {
			i.Weight, i.Why = Presses, i.Why+" The notice is overdue."
		}
		if i.Who, err = g.name(n.Owner); err != nil {
			return err
		}
		g.add(i)
	}
	return nil
}

// why says what is done to whom, and when: "Downtime for 30 minutes in the window of Thu 19 Nov 2026, 20:00 UTC. Users: All branches."
func (n Notice) why() string {
	what, unit := "Downtime", " minutes"
	if n.Degradation {
		what = "Degradation"
	}
	if n.Minutes == 1 {
		unit = " minute"
	}
	s := what + " for " + strconv.FormatInt(n.Minutes, 10) + unit + " in the window of " + n.Window.Std().Format("Mon 2 Jan 2006, 15:04 UTC") + "."
	if n.Users != "" {
		s += " Users: " + strings.TrimSuffix(n.Users, ".") + "."
	}
	if n.Moved {
		s += " They were told another time."
	}
	return s
}
