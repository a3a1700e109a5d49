package catalog

import (
	"strings"

	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Scopes puts the scopes of products into words for files of people and teams.
type Scopes struct{}

// ScopeOf returns the scope of a product named by key. It fails with errs.NotFound.
func (Scopes) ScopeOf(tx *db.Tx, product string) (auth.Scope, error) {
	p, err := ProductByRef(tx, product)
	return Scope(p.ID), err
}

// ProductOf returns the key of the product that a scope means. It fails with errs.NotFound for any other scope.
func (Scopes) ProductOf(tx *db.Tx, s auth.Scope) (string, error) {
	ref, ok := strings.CutPrefix(string(s), "product/")
	if !ok {
		return "", auth.Unseen("product")
	}
	p, err := ProductByRef(tx, ref)
	return p.Key, err
}
