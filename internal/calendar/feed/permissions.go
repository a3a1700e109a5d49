package feed

import "slipway/internal/platform/auth"

// Permissions of feeds and sources.
var Permissions = []auth.Permission{
	{Name: "feed.make", Text: "Make, rotate and revoke feeds of what one may see of the calendar.", Roles: auth.Everybody},
	{Name: "feed.manage", Text: "See and revoke the feeds of others."},
	{Name: "source.read", Text: "See the calendars that are imported.", Roles: auth.Everybody},
	{Name: "source.edit", Text: "Import calendars of days off and of suppliers.", Roles: []string{auth.RoleReleaseManager}},
}
