package frame

import (
	"net/http"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Carried is an item of the manifest with what runs now, in the order of the release's environments.
type Carried struct {
	plan.ManifestItem
	Running []string // version, "" when nothing was recorded
}

// Running reads what runs now of each item in each place, in one statement.
func Running(tx *db.Tx, items []plan.ManifestItem, places []catalog.Environment) ([]Carried, error) {
	services := make([]id.Service, len(items))
	for i, m := range items {
		services[i] = m.Service
	}
	now, err := catalog.RunningOf(tx, services...)
	if err != nil {
		return nil, err
	}
	out := make([]Carried, len(items))
	for i, m := range items {
		out[i] = Carried{ManifestItem: m, Running: make([]string, len(places))}
		for k, e := range places {
			out[i].Running[k] = now[m.Service][e.ID].Version
		}
	}
	return out, nil
}

// OwnerKey returns the key of a person for a form, "" for nobody and for one who is not known any more.
func (p *Frame) OwnerKey(r *http.Request, who id.Person) (string, error) {
	key := ""
	if who == "" {
		return key, nil
	}
	err := p.DB.Read(r.Context(), func(tx *db.Tx) error {
		x, err := auth.PersonByID(tx, who)
		if errs.Is(err, errs.CodeNotFound) {
			return nil
		}
		key = x.Key
		return err
	})
	return key, err
}
