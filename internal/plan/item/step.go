package item

import (
	"errors"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/release"
	"slipway/internal/platform/db"
)

// ScopeStep is one step of a change of the scope: Add an item, Change one by its key, or Remove one.
type ScopeStep struct {
	Add    *ScopeSpec `json:"add,omitempty" doc:"An item that is added"`
	Change *ScopeSpec `json:"change,omitempty" doc:"An item as it is to be, by its key"`
	Remove string     `json:"remove,omitempty" doc:"Key of an item that is taken out"`
}

// TakeSteps takes steps of a change of the scope, all or none. The caller has checked the right.
func (p Parts) TakeSteps(tx *db.Tx, ref id.Release, steps []ScopeStep, reason string) error {
	for i, s := range steps {
		r, err := release.By(tx, string(ref)) // a step may take an approved release back
		if err != nil {
			return err
		}
		if err := p.take(tx, r, s, reason); err != nil {
			return fault.Under(fault.At("steps", i), err)
		}
	}
	return nil
}

func (p Parts) take(tx *db.Tx, r release.Release, s ScopeStep, reason string) error {
	switch {
	case s.Add != nil:
		if now, err := ScopeBy(tx, r.ID, s.Add.Key); err == nil {
			return errs.Conflict("key.taken", now, "%s is in the scope already.", s.Add.Key)
		} else if !errors.Is(err, db.ErrNone) {
			return err
		}
		_, err := p.AddScope(tx, r, *s.Add, reason)
		return err
	case s.Change != nil:
		it, err := scopeIn(tx, r, s.Change.Key)
		if err != nil {
			return err
		}
		_, _, err = p.SetScope(tx, r, it, s.Change.Over(it), reason)
		return err
	}
	it, err := scopeIn(tx, r, s.Remove)
	if err != nil {
		return err
	}
	return p.RemoveScope(tx, r, it, reason)
}

func scopeIn(tx *db.Tx, r release.Release, key string) (ScopeItem, error) {
	it, err := ScopeBy(tx, r.ID, key)
	if errors.Is(err, db.ErrNone) {
		return it, errs.Conflict("scope.item_gone", nil, "%.60s is not in the scope of %s any more.", key, r.Name)
	}
	return it, err
}
