package period

import (
	"slipway/internal/calendar/recur"
	"slipway/internal/platform/db"
)

// Known keeps the windows that one transaction has asked for, each read once. The zero value is empty.
type Known struct{ windows map[string]known }

type known struct {
	Period
	rule *recur.Rule
}

// Window returns a window by key or identifier with its rule; no rule for one that does not exist or was withdrawn. It checks no
// permission.
func (k *Known) Window(tx *db.Tx, ref string) (Period, *recur.Rule, error) {
	x, had := k.windows[ref]
	if had {
		return x.Period, x.rule, nil
	}
	var err error
	if x.Period, err = By(tx, Window, ref); err != nil && !Missing(err) {
		return x.Period, nil, err
	}
	if err == nil && x.Withdrawn.IsZero() {
		if x.rule, err = x.Rule(); err != nil {
			return x.Period, nil, err
		}
	}
	if k.windows == nil {
		k.windows = map[string]known{}
	}
	k.windows[ref] = x
	return x.Period, x.rule, nil
}
