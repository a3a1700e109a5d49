package calendar

// The entries of the calendar.
const (
	WindowAdded     = "window.added"
	WindowChanged   = "window.changed"
	WindowWithdrawn = "window.withdrawn"
	FreezeAdded     = "freeze.added"
	FreezeChanged   = "freeze.changed"
	FreezeWithdrawn = "freeze.withdrawn"
	FreezePermitted = "freeze.permitted"
	PermitWithdrawn = "freeze.permit_withdrawn"
	BusyAdded       = "busy.added"
	BusyChanged     = "busy.changed"
	BusyWithdrawn   = "busy.withdrawn"
)

func added(k Kind) string {
	switch k {
	case Window:
		return WindowAdded
	case Busy:
		return BusyAdded
	}
	return FreezeAdded
}

func changed(k Kind) string {
	switch k {
	case Window:
		return WindowChanged
	case Busy:
		return BusyChanged
	}
	return FreezeChanged
}

func withdrawn(k Kind) string {
	switch k {
	case Window:
		return WindowWithdrawn
	case Busy:
		return BusyWithdrawn
	}
	return FreezeWithdrawn
}
