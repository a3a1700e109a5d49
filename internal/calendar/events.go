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
)

func added(k Kind) string {
	if k == Window {
		return WindowAdded
	}
	return FreezeAdded
}

func changed(k Kind) string {
	if k == Window {
		return WindowChanged
	}
	return FreezeChanged
}

func withdrawn(k Kind) string {
	if k == Window {
		return WindowWithdrawn
	}
	return FreezeWithdrawn
}
