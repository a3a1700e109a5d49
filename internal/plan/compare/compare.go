package compare

import (
	"encoding/json"
	"fmt"
	"sort"
)

// Line is one value that differs. Before or After is "" where it is not there.
type Line struct {
	Path   string `json:"path"` // "milestones[cut-off].offset", "ledger.version", "start"
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// JSON returns the values that differ between two documents by path. An element of a list is named by its member key or
// service where it has one, else by its place. An empty document stands for nothing; what is not JSON counts as empty.
func JSON(before, after []byte) []Line {
	b, a := flat(before), flat(after)
	out := []Line{}
	for path, v := range b {
		if a[path] != v {
			out = append(out, Line{path, v, a[path]})
		}
	}
	for path, v := range a {
		if _, ok := b[path]; !ok && v != "" {
			out = append(out, Line{path, "", v})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out
}

func flat(doc []byte) map[string]string {
	out := map[string]string{}
	var v any
	if json.Unmarshal(doc, &v) == nil {
		walk("", v, out)
	}
	return out
}

func walk(path string, v any, out map[string]string) {
	switch v := v.(type) {
	case nil:
	case map[string]any:
		for k, x := range v {
			if path != "" {
				k = path + "." + k
			}
			walk(k, x, out)
		}
	case []any:
		for i, x := range v {
			walk(path+"["+name(i, x)+"]", x, out)
		}
	case float64: // canonical documents hold integers only
		out[path] = fmt.Sprintf("%.0f", v)
	default:
		out[path] = fmt.Sprint(v)
	}
}

func name(i int, v any) string {
	if m, ok := v.(map[string]any); ok {
		for _, member := range []string{"key", "service"} {
			if s, ok := m[member].(string); ok {
				return s
			}
		}
	}
	return fmt.Sprint(i + 1)
}
