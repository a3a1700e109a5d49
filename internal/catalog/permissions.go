package catalog

import "slipway/internal/platform/auth"

// Permissions of the catalog.
var Permissions = []auth.Permission{
	{Name: "catalog.read", Text: "See products, services, environments and what runs where.",
		Roles: []string{"viewer", "contributor", "approver", "operator", "release-manager", "auditor", "pipeline"}},
	{Name: "catalog.edit", Text: "Add and change products and services.", Roles: []string{"release-manager"}},
	{Name: "environment.edit", Text: "Add and change environments, their rule and default.", Roles: []string{"release-manager"}},
	{Name: "deployment.record", Text: "Record that a version went to an environment.", Roles: []string{"operator", "release-manager", "pipeline"}},
	{Name: "version.bar", Text: "Bar a version of a service from environments.", Roles: []string{"operator", "release-manager"}},
	{Name: "version.lift", Text: "Lift the bar of a version, with a reason.", Roles: []string{"release-manager"}},
}
