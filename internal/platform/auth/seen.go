package auth

import (
	"strings"

	"slipway/internal/platform/db"
)

// Seen keeps the rows whose column holds the identifier of a scope of the kind ("product"), as Scopes returned them.
func Seen(w *db.Where, column, kind string, all bool, scopes []Scope) {
	if all {
		return
	}
	var in []string
	for _, s := range scopes {
		if ref, ok := strings.CutPrefix(string(s), kind+"/"); ok {
			in = append(in, ref)
		}
	}
	db.In(w, column, in)
}
