package auth

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// The built-in roles. Their permissions are declared with the permissions; further roles are rows.
const (
	RoleAdministrator  = "administrator"
	RoleReleaseManager = "release-manager"
	RoleOperator       = "operator"
	RoleApprover       = "approver"
	RoleContributor    = "contributor"
	RoleAuditor        = "auditor"
	RoleViewer         = "viewer"
	RolePipeline       = "pipeline"
)

// BuiltIn lists the built-in roles, the widest first.
var BuiltIn = []string{RoleAdministrator, RoleReleaseManager, RoleOperator, RoleApprover, RoleContributor, RoleAuditor, RoleViewer, RolePipeline}

// Everybody lists the built-in roles of people who read: all but the pipeline's. It serves declarations of reading.
var Everybody = []string{RoleReleaseManager, RoleOperator, RoleApprover, RoleContributor, RoleAuditor, RoleViewer}

// Role is a named set of permissions that people and teams hold within a scope. Further roles may carry none: then they
// are names that approvals, criteria and polls ask for (qa, security, database, service-operations).
type Role struct {
	Key         string    `json:"key" maxLength:"100"`
	Name        string    `json:"name" maxLength:"200"`
	Text        string    `json:"text" maxLength:"2000"`
	BuiltIn     bool      `json:"builtIn"`
	Permissions []string  `json:"permissions" db:"-"`
	Rank        int64     `json:"-"`
	ChangedAt   db.Time   `json:"changedAt,omitzero"`
	ChangedBy   id.Person `json:"-"`
	Rev         int64     `json:"rev"`
}

// Grant is a role within a scope, between two instants where they are given.
type Grant struct {
	Role  string  `json:"role" maxLength:"100"`
	Scope Scope   `json:"scope,omitempty" maxLength:"200" doc:"Such as product/<identifier>; everywhere if left out."`
	From  db.Time `json:"from,omitzero" db:"from_at"`
	Until db.Time `json:"until,omitzero" db:"until_at"`
}

func (g Grant) inForce(now db.Time) bool {
	return !g.From.After(now) && (g.Until.IsZero() || now.Before(g.Until))
}

// Binding is a grant that was made to a person or to a team.
type Binding struct {
	ID     BindingID `json:"id"`
	Person id.Person `json:"person,omitempty"`
	Team   id.Team   `json:"team,omitempty"`
	Grant
	MadeAt db.Time   `json:"madeAt"`
	MadeBy id.Person `json:"madeBy,omitempty"`
}

// BindingID names a binding.
type BindingID string
