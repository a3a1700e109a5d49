package plan

import (
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan/item"
	"slipway/internal/plan/release"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Plans is the service of the area.
type Plans struct {
	db        *db.DB
	followers release.Followers
	guards    []StateGuard
	checks    []TemplateCheck
}

// New returns the service over a migrated database.
func New(d *db.DB) *Plans { return &Plans{db: d} }

// parts changes the parts of releases.
func (p *Plans) parts() item.Parts { return item.Parts{Followers: p.followers} }

// Follow adds areas that prepare their part of a release and keep it in step. It belongs to the wiring, before any call.
func (p *Plans) Follow(f ...Follower) *Plans {
	p.followers = append(p.followers, f...)
	return p
}

// Guard adds areas that may refuse a transition. It belongs to the wiring, before any call.
func (p *Plans) Guard(g ...StateGuard) *Plans {
	p.guards = append(p.guards, g...)
	return p
}

// CheckTemplates adds judges of templates, such as one that compiles the conditions of criteria. It belongs to the wiring.
func (p *Plans) CheckTemplates(c ...TemplateCheck) *Plans {
	p.checks = append(p.checks, c...)
	return p
}

// StateGuard names what still stands in the way of a transition that a person asked for; nothing lets it pass.
type StateGuard interface {
	Unready(tx *db.Tx, r Release, to State) ([]Reason, error)
}

// TemplateCheck judges a template beyond its shape. It fails with errs.Invalid, naming fields by their dotted path.
type TemplateCheck func(t Template) error

// Scope returns the scope of the rights on a release: its product's.
func Scope(r Release) auth.Scope { return catalog.Scope(r.Product) }

// ScopeOf returns the scope of the rights on a product's releases.
func ScopeOf(p id.Product) auth.Scope { return catalog.Scope(p) }
