package harm

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Around is how far before and behind a time its busy times are counted.
const Around = 24 * time.Hour

// ShortNotice is how little time to tell users counts as short: less leaves no working day to write to them.
const ShortNotice = 24 * time.Hour

// Measure is what a free time is ranked by.
//
// Harm is the figure of clash.Slot.HarmMinutes: of every impact that is stated for the release, the smaller of its minutes and of the
// overlap with each busy time whose scope takes in its service; where nothing is stated, the overlap itself. Near is that of
// clash.Slot.NearMinutes: the busy time of those services within Around before and behind it.
type Measure struct {
	Harm   time.Duration
	Busy   []string // names of the busy times that it falls in
	Near   time.Duration
	Around []string // names of those around it

	Owed   time.Duration // the longest notice that users are owed who were not told of this time; 0 if there is none
	New    bool          // some of them were told nothing
	Anew   bool          // some of them were told another time
	Left   time.Duration // in which they can still be told in time
	TellBy time.Time     // until when

	Told     bool // who is owed a notice was told in time for it
	Dateless bool // some were told before the release had a window: of that, whenever it is

	Other bool          // at another time of day than the present window, by more than an hour
	Away  time.Duration // from the time that was wanted
	Start time.Time
}

// short reports whether users could be told in time, but hardly.
func (m Measure) short() bool { return m.Owed > 0 && m.Left < ShortNotice }

// late reports whether users can no longer be told in time.
func (m Measure) late() bool { return m.Owed > 0 && m.Left < 0 }

// Compare orders times by harm, the least harmful first: what is planned to fall in busy times, then whether it lies in one that
// nothing planned touches, where only what goes wrong would do harm, then whether a day is left to tell users, then busy time around
// it, then whether it keeps the time of day of the present window, then how far it is from it, and last by its start.
func Compare(a, b Measure) int {
	return cmp.Or(cmp.Compare(a.Harm, b.Harm), last(len(a.Busy) > 0, len(b.Busy) > 0), last(a.short(), b.short()), cmp.Compare(a.Near, b.Near),
		last(a.Other, b.Other), cmp.Compare(a.Away, b.Away), a.Start.Compare(b.Start))
}

// last puts what is so behind what is not.
func last(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Why says in sentences what the rank of a time rests on, in the order in which Compare looks at it: busy times, notice, what is
// around it. Instants are in UTC, as pages find them again to say them in the reader's zone.
func (m Measure) Why() []string { return []string{m.busyness(), m.notice(), m.around()} }

func (m Measure) busyness() string {
	switch {
	case m.Harm > 0:
		return fmt.Sprintf("%s of what is planned %s in %s.", words(m.Harm), falls(m.Harm), and(m.Busy))
	case len(m.Busy) > 0:
		return fmt.Sprintf("Nothing that is planned touches %s, which is on then.", and(m.Busy))
	}
	return "Outside of every busy time."
}

func (m Measure) notice() string {
	switch {
	case m.Owed > 0:
		return m.owed()
	case m.Dateless:
		return "Users were told, before there was a date."
	case m.Told:
		return "Users were told in time for it."
	}
	return "No notice is owed."
}

// owed says until when users can be told who do not know this time.
func (m Measure) owed() string {
	by := m.TellBy.UTC().Format(stamp)
	switch others := m.Anew && !m.New; {
	case others && m.short():
		return fmt.Sprintf("Users were told another time; only %s are left to tell them this one, until %s.", words(m.Left), by)
	case others:
		return fmt.Sprintf("Users were told another time; they can still be told this one in time, until %s.", by)
	}
	some := "."
	if m.Anew {
		some = "; some were told another time."
	}
	if m.short() {
		return fmt.Sprintf("Only %s are left to tell users, until %s%s", words(m.Left), by, some)
	}
	return fmt.Sprintf("Users can still be told in time, until %s%s", by, some)
}

func (m Measure) around() string {
	if m.Near == 0 {
		return "No busy time within a day of it."
	}
	return fmt.Sprintf("%s of %s within a day of it.", words(m.Near), and(m.Around))
}

// stamp is how sentences that are written once for every reader hold an instant.
const stamp = "Mon 2 Jan 2006, 15:04 UTC"

func falls(d time.Duration) string {
	if d == time.Minute || d == time.Hour {
		return "falls"
	}
	return "fall"
}

func words(d time.Duration) string {
	d = d.Round(time.Minute)
	h, m := int(d.Hours()), int(d.Minutes())%60
	switch {
	case h > 0 && m > 0:
		return fmt.Sprintf("%d h %d min", h, m)
	case h > 0:
		return fmt.Sprintf("%d h", h)
	}
	return fmt.Sprintf("%d min", m)
}

func and(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}
