package impactpage

import (
	"strconv"
	"strings"
	"time"

	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/impact"
	"slipway/internal/platform/ui"
)

// noun is what a kind is called at the start of a sentence.
func noun(kind string) string {
	if kind == impact.Degradation {
		return "Degradation"
	}
	return "Downtime"
}

// long writes the length of an impact.
func long(i impact.Impact) string { return ui.Duration(time.Duration(i.Minutes) * time.Minute) }

// what says what is planned: "Downtime of Ledger for 30 min".
func what(i impact.Impact) string {
	return noun(i.Kind) + " of " + i.ServiceName + " for " + long(i)
}

// hours writes how long before a notice is owed, as agreements do: in hours up to three days, in days beyond.
func hours(n int64) string {
	if n > 72 && n%24 == 0 {
		return strconv.FormatInt(n/24, 10) + " days"
	}
	return strconv.FormatInt(n, 10) + " h"
}

// whom says whom it hits, as a sentence.
func whom(i impact.Impact) string {
	if i.Users == "" {
		return "Whom it hits is not said."
	}
	return "Users: " + strings.TrimSuffix(i.Users, ".") + "."
}

// told says where the notice stands, as sentences.
func told(l frame.Look, i impact.Impact) string {
	owed := "A notice of " + hours(i.NoticeHours)
	switch i.Notice {
	case impact.NoticeNone:
		return "No notice is owed."
	case impact.NoticeTold, impact.NoticeLate:
		s := "They were told " + l.Mid(i.NoticeAt)
		switch {
		case i.Notice == impact.NoticeLate:
			return s + ", later than they are owed: " + l.Mid(i.NoticeDue) + "."
		case i.NoticeHours == 0:
			return s + "."
		case i.NoticeDue.IsZero():
			return s + ". " + owed + " is owed once there is a window."
		}
		return s + ", in time for the notice of " + hours(i.NoticeHours) + "."
	case impact.NoticeMoved:
		s := "They were told " + l.Mid(i.NoticeAt) + ". The window was moved after that, " + l.Mid(i.MovedAt) + ": tell them the new time."
		if !i.NoticeDue.IsZero() {
			s += " " + owed + " is due " + l.Mid(i.NoticeDue) + "."
		}
		return s
	case impact.NoticeOverdue:
		return owed + " was due " + l.Mid(i.NoticeDue) + ", and they were not told."
	}
	if i.NoticeDue.IsZero() {
		return owed + " is owed once there is a window. They were not told yet."
	}
	return owed + " is due " + l.Mid(i.NoticeDue) + ". They were not told yet."
}

// state is how a notice is drawn and the word beside it.
func state(n impact.Notice) (ui.State, string) {
	switch n {
	case impact.NoticeOwed:
		return ui.Wait, "Not told yet"
	case impact.NoticeOverdue:
		return ui.NoGo, "Overdue"
	case impact.NoticeTold:
		return ui.Go, "Told"
	case impact.NoticeLate:
		return ui.Hold, "Told late"
	case impact.NoticeMoved:
		return ui.Hold, "Told another time"
	}
	return ui.Skip, "No notice owed"
}

// waits reports whether users are still to be told, or to be told again.
func waits(n impact.Notice) bool {
	return n == impact.NoticeOwed || n == impact.NoticeOverdue || n == impact.NoticeMoved
}

// brief says in one line what a release does to users, the notice that presses most first: "Downtime of Ledger for 30 min; notice
// owed to All branches by tomorrow 18:00 (not told)".
func brief(l frame.Look, all []impact.Impact) string {
	if len(all) == 0 {
		return "Nothing stated"
	}
	i := all[0]
	for _, x := range all[1:] {
		if pressing(x) < pressing(i) || pressing(x) == pressing(i) && waits(x.Notice) && x.NoticeDue < i.NoticeDue {
			i = x
		}
	}
	s := what(i)
	to := ""
	if i.Users != "" && len(i.Users) <= briefUsers {
		to = " to " + strings.TrimSuffix(i.Users, ".")
	}
	switch i.Notice {
	case impact.NoticeOverdue:
		s += "; notice" + to + " overdue since " + l.Mid(i.NoticeDue) + " (not told)"
	case impact.NoticeOwed:
		s += "; notice owed" + to
		if !i.NoticeDue.IsZero() {
			s += " by " + l.Mid(i.NoticeDue)
		}
		s += " (not told)"
	case impact.NoticeTold:
		s += "; users told " + l.Mid(i.NoticeAt)
	case impact.NoticeLate:
		s += "; users told late, " + l.Mid(i.NoticeAt)
	case impact.NoticeMoved:
		s += "; users told another time, the window was moved " + l.Mid(i.MovedAt)
	}
	if n := len(all) - 1; n > 0 {
		s += "; and " + ui.Plural(n, "other service", "other services")
	}
	return s
}

// briefUsers is the longest text on whom it hits that a line about a release repeats.
const briefUsers = 40

// pressing orders notices by how much they press.
func pressing(i impact.Impact) int {
	switch i.Notice {
	case impact.NoticeOverdue:
		return 0
	case impact.NoticeOwed, impact.NoticeMoved:
		return 1
	case impact.NoticeLate:
		return 2
	}
	return 3
}
