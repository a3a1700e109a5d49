package means

import (
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work/resource"
)

// Key names a resource by its kind: person, role, skill or environment.
type Key struct{ Kind, Key string }

// Supply looks up, once each, how much there is of resources for one release.
type Supply struct {
	m       *Means
	r       plan.Release
	holders map[[2]string]map[id.Person]bool // of a role by product, and of a skill
	places  map[string]int
}

// Supply returns the supply of a release.
func (m *Means) Supply(r plan.Release) *Supply {
	return &Supply{m, r, map[[2]string]map[id.Person]bool{}, map[string]int{}}
}

// who returns those who can stand for a role or a skill in a release of a product.
func (s *Supply) who(tx *db.Tx, k Key, r plan.Release) (map[id.Person]bool, error) {
	at := [2]string{k.Kind + " " + k.Key, string(r.Product)}
	if k.Kind != Role {
		at[1] = ""
	}
	if out, known := s.holders[at]; known {
		return out, nil
	}
	out := map[id.Person]bool{}
	if k.Kind == Role {
		who, err := auth.Holders(tx, k.Key, plan.Scope(r))
		if err != nil {
			return nil, err
		}
		for _, p := range who {
			out[p.ID] = true
		}
	} else {
		who, err := resource.SkilledPeople(tx, k.Key)
		if err != nil {
			return nil, err
		}
		for _, p := range who {
			out[p.Person] = true
		}
	}
	s.holders[at] = out
	return out, nil
}

// The kinds of resources that stand for people.
const (
	Role  = "role"
	Skill = "skill"
)

// Have returns how many units there are of a resource.
func (s *Supply) Have(tx *db.Tx, k Key) (int, error) {
	switch k.Kind {
	case Role, Skill:
		who, err := s.who(tx, k, s.r)
		return len(who), err
	case resource.KindEnvironment:
		if s.m.o.Places == nil {
			return 1, nil
		}
		if n, known := s.places[k.Key]; known {
			return n, nil
		}
		n, err := s.m.o.Places.Places(tx, k.Key)
		s.places[k.Key] = max(1, n)
		return max(1, n), err
	}
	return 1, nil
}

// Taken returns how many units another release's task takes of what there is for this one.
func (s *Supply) Taken(tx *db.Tx, k Key, owner id.Person, units int, other plan.Release) (int, error) {
	if k.Kind != Role && k.Kind != Skill {
		return units, nil
	}
	ours, err := s.who(tx, k, s.r)
	if err != nil {
		return 0, err
	}
	theirs, err := s.who(tx, k, other)
	if err != nil {
		return 0, err
	}
	apart := 0
	for p := range theirs {
		if !ours[p] && p != owner {
			apart++
		}
	}
	if owner == "" {
		return max(0, units-apart), nil
	}
	units = max(0, units-1-apart)
	if ours[owner] {
		units++ // the owner is the first of them
	}
	return units, nil
}
