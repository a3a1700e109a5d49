package apitest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Missing returns what of want is not in got, each as a sentence with its place; nothing if all is there.
func Missing(want, got any, at string) []string {
	if want == "*" && got != nil {
		return nil
	}
	where := at
	if where == "" {
		where = "the answer"
	}
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %v, want an object", where, got)}
		}
		var out []string
		for _, k := range slices.Sorted(maps.Keys(w)) {
			v, ok := g[k]
			name := strings.TrimPrefix(at+"."+k, ".")
			if !ok {
				if w[k] != nil {
					out = append(out, fmt.Sprintf("%s is not there, want %v", name, w[k]))
				}
				continue
			}
			out = append(out, Missing(w[k], v, name)...)
		}
		return out
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return []string{fmt.Sprintf("%s is %v, want a list of %d", where, got, len(w))}
		}
		var out []string
		for i := range w {
			out = append(out, Missing(w[i], g[i], fmt.Sprintf("%s[%d]", at, i))...)
		}
		return out
	}
	if want != got {
		return []string{fmt.Sprintf("%s is %v, want %v", where, got, want)}
	}
	return nil
}

// Pick returns the member at a dotted path, in which numbers are places of a list.
func Pick(v any, path string) (any, bool) {
	for part := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			inner, ok := x[part]
			if !ok {
				return nil, false
			}
			v = inner
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(x) {
				return nil, false
			}
			v = x[i]
		default:
			return nil, false
		}
	}
	return v, true
}

func asList(v any) []any {
	l, _ := v.([]any)
	return l
}
