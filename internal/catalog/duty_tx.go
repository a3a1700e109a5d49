package catalog

import (
	"fmt"
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Duties says what teams answer for.
type Duties struct{}

// dutiesNamed is how many services a sentence names.
const dutiesNamed = 5

// DutiesOf names the services that a team runs, by key, those that the caller may not read by their number only; "" if it
// runs none.
func (Duties) DutiesOf(tx *db.Tx, t id.Team) (string, error) {
	list, err := servicesRunBy(tx, t)
	if err != nil || len(list) == 0 {
		return "", err
	}
	var named []string
	for _, s := range list {
		if len(named) == dutiesNamed {
			break
		}
		ok, err := auth.Allowed(tx, "catalog.read", Scope(s.Product))
		if err != nil {
			return "", err
		}
		if ok {
			named = append(named, s.Key)
		}
	}
	word := "services"
	if len(list) == 1 {
		word = "service"
	}
	switch rest := len(list) - len(named); {
	case len(named) == 0:
		return fmt.Sprintf("%d %s", rest, word), nil
	case rest > 0:
		return fmt.Sprintf("the %s %s and %d more", word, strings.Join(named, ", "), rest), nil
	}
	if last := len(named) - 1; last > 0 {
		named = []string{strings.Join(named[:last], ", "), named[last]}
	}
	return "the " + word + " " + strings.Join(named, " and "), nil
}
