package risk

import (
	"fmt"
	"strings"

	"slipway/internal/platform/auth"
)

// where gathers conditions; each ? becomes the next numbered placeholder.
type where struct {
	conds []string
	args  []any
}

func (w *where) arg(v any) string {
	w.args = append(w.args, v)
	return fmt.Sprintf("$%d", len(w.args))
}

func (w *where) add(cond string, args ...any) {
	for _, a := range args {
		cond = strings.Replace(cond, "?", w.arg(a), 1)
	}
	w.conds = append(w.conds, cond)
}

// in keeps the rows whose column is one of the values; among none there is no row.
func in[T ~string](w *where, column string, values []T) {
	ps := make([]string, len(values))
	for i, v := range values {
		ps[i] = w.arg(string(v))
	}
	if len(ps) == 0 {
		w.conds = append(w.conds, "1 = 0")
		return
	}
	w.conds = append(w.conds, column+" IN ("+strings.Join(ps, ", ")+")")
}

// seen keeps the rows whose product is in a scope. Risks of the portfolio need the right everywhere.
func (w *where) seen(column string, all bool, scopes []auth.Scope) {
	if all {
		return
	}
	var products []string
	for _, s := range scopes {
		if p, ok := strings.CutPrefix(string(s), "product/"); ok {
			products = append(products, p)
		}
	}
	in(w, column, products)
}

var escape = strings.NewReplacer(`!`, `!!`, `%`, `!%`, `_`, `!_`)

// like keeps the rows whose column, in lower case, has every word of the query.
func (w *where) like(column, query string) {
	for _, word := range strings.Fields(strings.ToLower(query)) {
		w.add(column+` LIKE ? ESCAPE '!'`, "%"+escape.Replace(word)+"%")
	}
}

func (w *where) sql() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conds, " AND ")
}
