package clashpage

import (
	"slipway/internal/calendar/clash"
	"slipway/internal/platform/ui"
)

// codes are the kinds of conflicts in the order of filters.
var codes = []string{clash.ReleasesOverlap, clash.EnvironmentShared, clash.WindowClosed, clash.NeedsApproval, clash.EnvironmentBooked, clash.WindowBooked, clash.BookedTwice,
	clash.PersonTwice, clash.PersonAway, clash.OutOfOrder, clash.BusyTime, clash.NoticeShort}

// short is what a kind is called in a title.
func short(code string) string {
	switch code {
	case clash.WindowClosed:
		return "Closed time"
	case clash.NeedsApproval:
		return "Soft freeze"
	case clash.EnvironmentBooked, clash.WindowBooked:
		return "Booked"
	case clash.BookedTwice:
		return "Wanted twice"
	case clash.PersonTwice:
		return "Needed twice"
	case clash.PersonAway:
		return "Away"
	case clash.OutOfOrder:
		return "Out of order"
	case clash.BusyTime:
		return "Busy time"
	case clash.NoticeShort:
		return "Short notice"
	}
	return "Conflict"
}

// kind is what a kind is called in the filter.
func kind(code string) string {
	switch code {
	case clash.ReleasesOverlap:
		return "Same service"
	case clash.EnvironmentShared:
		return "Same environment"
	case clash.EnvironmentBooked:
		return "Environment booked"
	case clash.WindowBooked:
		return "Window booked"
	}
	return short(code)
}

// rule is what found it.
func rule(code string) string {
	switch code {
	case clash.ReleasesOverlap:
		return "Same service, same environment, windows overlap"
	case clash.EnvironmentShared:
		return "Same environment, windows overlap"
	case clash.WindowClosed:
		return "The window lies in closed time"
	case clash.NeedsApproval:
		return "The window lies in a soft freeze without its owner's permit"
	case clash.EnvironmentBooked:
		return "The environment is booked for something else"
	case clash.WindowBooked:
		return "The window is booked for something else"
	case clash.BookedTwice:
		return "Bookings take more of a thing than there is"
	case clash.PersonTwice:
		return "One person in two places"
	case clash.PersonAway:
		return "A person who is needed is away"
	case clash.OutOfOrder:
		return "A dependant would go first"
	case clash.BusyTime:
		return "Planned harm in a busy time"
	case clash.NoticeShort:
		return "A notice that is owed, not given in time"
	}
	return "Plans do not go together"
}

// because says why a conflict is serious or is not.
func because(c clash.Conflict) string {
	if c.Severity == clash.Minor {
		return "minor: it holds nothing up"
	}
	switch c.Code {
	case clash.ReleasesOverlap:
		return "serious, because both change the same service there"
	case clash.WindowClosed:
		return "serious, because nothing may be deployed then"
	case clash.EnvironmentBooked, clash.WindowBooked, clash.BookedTwice:
		return "serious, because a confirmed booking or production is concerned"
	case clash.OutOfOrder:
		return "serious, because the dependency says so"
	}
	return "serious, because production is concerned"
}

// stateOf is how a conflict is drawn.
func stateOf(c clash.Conflict) (ui.State, string) {
	switch {
	case c.State == clash.Gone:
		return ui.Skip, "Gone"
	case c.State == clash.Accepted:
		return ui.GoIf, "Accepted"
	case c.Severity == clash.Serious:
		return ui.NoGo, "Serious"
	}
	return ui.Hold, "Minor"
}
