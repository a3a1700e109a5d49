package db

import (
	"strconv"
	"strings"
)

// Where gathers the conditions of optional filters with their arguments; the zero value has none. It exists because
// "$1 IS NULL OR …" has no type on PostgreSQL: a filter that is not set adds no condition.
type Where struct {
	Args  []any
	conds []string
}

// Arg adds an argument and returns its placeholder.
func (w *Where) Arg(v any) string {
	w.Args = append(w.Args, v)
	return "$" + strconv.Itoa(len(w.Args))
}

// And adds a condition in which each question mark stands for the next argument.
func (w *Where) And(cond string, args ...any) {
	for _, a := range args {
		cond = strings.Replace(cond, "?", w.Arg(a), 1)
	}
	w.conds = append(w.conds, cond)
}

// In keeps the rows whose column is one of the values; among none there is no row.
func In[T ~string](w *Where, column string, values []T) {
	places := make([]string, len(values))
	for i, v := range values {
		places[i] = w.Arg(string(v))
	}
	switch len(places) {
	case 0:
		w.conds = append(w.conds, "1 = 0")
	case 1:
		w.conds = append(w.conds, column+" = "+places[0])
	default:
		w.conds = append(w.conds, column+" IN ("+strings.Join(places, ", ")+")")
	}
}

var escapeLike = strings.NewReplacer(`!`, `!!`, `%`, `!%`, `_`, `!_`)

// Words keeps the rows in which the expression, which must be in lower case, has every word of the text.
func (w *Where) Words(expression, text string) {
	for _, word := range strings.Fields(strings.ToLower(text)) {
		w.And(expression+` LIKE ? ESCAPE '!'`, "%"+escapeLike.Replace(word)+"%")
	}
}

// String returns " WHERE …", or nothing without conditions.
func (w *Where) String() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conds, " AND ")
}
