package booking

import "slipway/internal/platform/auth"

// Permissions of bookings.
var Permissions = []auth.Permission{
	{Name: "booking.request", Text: "Ask for bookings; move and withdraw one's own; answer those of things that one owns.", Roles: []string{auth.RoleReleaseManager, auth.RoleOperator, auth.RoleApprover, auth.RoleContributor}},
	{Name: "booking.approve", Text: "Confirm, decline, move and withdraw bookings of any thing, and say how things may be booked.", Roles: []string{auth.RoleReleaseManager}},
}
