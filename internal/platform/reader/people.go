package reader

import (
	"slices"

	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// PeopleMost is how many people a list to choose from holds.
const PeopleMost = 500

// People lists those who can be chosen, by key, under a first choice that chooses nobody. Who has been chosen, by key, stays in the
// list whatever became of them.
func People(tx *db.Tx, first string, chosen ...string) ([]ui.Option, error) {
	out := []ui.Option{{Text: first}}
	all, err := auth.EachPerson(tx)
	for _, x := range all {
		if x.Active && x.Kind == auth.KindPerson && len(out) <= PeopleMost || slices.Contains(chosen, x.Key) {
			out = append(out, ui.Option{Value: x.Key, Text: x.Name})
		}
	}
	return out, err
}
