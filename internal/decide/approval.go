package decide

import (
	"slipway/internal/decide/digest"
	"slipway/internal/decide/section"
	"slipway/internal/errs"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// State is how an approval stands: of one signature, or of a role.
type State string

// The states.
const (
	Awaiting  State = "awaiting"
	Valid     State = "valid"
	Void      State = "void" // a covered section changed since
	Withdrawn State = "withdrawn"
	Declined  State = "declined"
	Expired   State = "expired"
)

// The answers of a person.
const (
	Signed  = "signed"
	Refused = "declined"
)

// Grounds returns why a signature may be declined: more evidence is needed, the time is wrong, the content is wrong, or
// something else.
func Grounds() []string { return []string{"evidence", "time", "content", "other"} }

// Requirement is a signature that a release needs.
type Requirement struct {
	Role     string   `json:"role"`
	Name     string   `json:"name"`
	Sections []string `json:"sections"` // in the order of the content
	Order    int      `json:"order,omitempty"`
	Need     int      `json:"need"` // different people
}

// Signature is one answer of a person for a role.
type Signature struct {
	ID              string          `json:"id"`
	Release         id.Release      `json:"-"`
	Role            string          `json:"role"`
	Person          id.Person       `json:"person"`
	Principal       id.Person       `json:"principal,omitempty"` // on whose behalf a delegate answered
	By              string          `json:"-" db:"given_by"`
	At              db.Time         `json:"at"`
	Answer          string          `json:"answer"`           // Signed or Refused
	Ground          string          `json:"ground,omitempty"` // of Refused: one of Grounds
	Comment         string          `json:"comment,omitempty"`
	Until           db.Time         `json:"until,omitzero" db:"until_at"`
	Content         string          `json:"content"` // digest of the whole content then
	Sections        []digest.Signed `json:"sections" db:"-"`
	WithdrawnAt     db.Time         `json:"withdrawnAt,omitzero"`
	WithdrawnBy     id.Person       `json:"withdrawnBy,omitempty"`
	WithdrawnReason string          `json:"withdrawnReason,omitempty"`
	State           State           `json:"state" db:"-"`
	Changed         []string        `json:"changed,omitempty" db:"-"` // covered sections that changed since, of Signed
}

// behalf returns whose answer it is: the holder of the role.
func (s Signature) behalf() id.Person {
	if s.Principal != "" {
		return s.Principal
	}
	return s.Person
}

// RoleState is how a required signature stands.
type RoleState struct {
	Requirement
	State      State       `json:"state"`
	Valid      int         `json:"valid"`
	Signatures []Signature `json:"signatures"` // the newest in each person's name, newest first
	Asks       []Ask       `json:"asks"`       // newest first
}

// Newest returns the newest answer and whether there is one.
func (s RoleState) Newest() (Signature, bool) {
	if len(s.Signatures) == 0 {
		return Signature{}, false
	}
	return s.Signatures[0], true
}

// Of returns a person's newest answer, their own or one given in their name, and whether there is one.
func (s RoleState) Of(p id.Person) (Signature, bool) {
	for _, x := range s.Signatures {
		if x.Person == p || x.Principal == p {
			return x, true
		}
	}
	return Signature{}, false
}

// RequirementsOf returns the signatures that a release needs: those of its template, and those of roles that only its criteria
// ask for, which cover everything. It checks no permission.
func RequirementsOf(tx *db.Tx, r plan.Release) ([]Requirement, error) {
	t, err := plan.TemplateOf(tx, r)
	if err != nil {
		return nil, err
	}
	content, err := gate.CriteriaSection(tx, r.ID)
	if err != nil {
		return nil, err
	}
	criteria, _ := content.([]plan.CriterionSpec)
	var out []Requirement
	at := map[string]int{}
	for _, a := range t.Approvals {
		if _, twice := at[a.Role]; twice {
			continue
		}
		at[a.Role] = len(out)
		sections := a.Sections
		if len(sections) == 0 {
			sections = plan.SectionNames()
		}
		out = append(out, Requirement{Role: a.Role, Name: a.Name, Sections: section.InOrder(sections), Order: a.Order, Need: 1})
	}
	for _, c := range criteria {
		if c.Kind != plan.KindApproval || c.Role == "" {
			continue
		}
		i, known := at[c.Role]
		if !known {
			i = len(out)
			at[c.Role] = i
			out = append(out, Requirement{Role: c.Role, Sections: plan.SectionNames(), Need: 1})
		}
		out[i].Need = max(out[i].Need, c.Count)
	}
	for i := range out {
		if out[i].Name == "" {
			if out[i].Name, err = roleName(tx, out[i].Role); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// roleName returns the name of a role; its key if it is gone.
func roleName(tx *db.Tx, key string) (string, error) {
	role, err := auth.RoleByKey(tx, key)
	if errs.Is(err, errs.CodeNotFound) {
		return key, nil
	}
	return role.Name, err
}

func requirement(tx *db.Tx, r plan.Release, role string) (Requirement, error) {
	all, err := RequirementsOf(tx, r)
	if err != nil {
		return Requirement{}, err
	}
	for _, q := range all {
		if q.Role == role {
			return q, nil
		}
	}
	return Requirement{}, errs.NotFound("approval.role_not_asked", "%s needs no approval of the role %.60q.", r.Name, role)
}
