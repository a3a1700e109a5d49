package workweb

import (
	"slices"
	"strings"

	"slipway/internal/plan"
	"slipway/internal/platform/ui"
	"slipway/internal/work"
)

// boxesMost is how many scope items stand as boxes on the form of a task; any other is named by its key.
const boxesMost = 40

// serveForm is the part of the form of a task about the scope items that it serves.
type serveForm struct {
	Items []string `form:"items"`
	More  string   `form:"itemsMore"` // keys with commas between, where the scope has more than boxesMost
}

// served are the keys that the form names, in its order, each once.
func (f serveForm) served() []string {
	var out []string
	for _, k := range append(slices.Clone(f.Items), strings.Split(f.More, ",")...) {
		if k = strings.TrimSpace(k); k != "" && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// itemBox is a scope item on the form.
type itemBox struct {
	key, title string
	on         bool
}

// boxes are the scope items to choose from: those that the task serves or the form names, one that has left the scope too, then the others
// of the scope as far as they fit.
func (v formView) boxes() []itemBox {
	var out []itemBox
	seen := map[string]bool{}
	add := func(key, title string) {
		if !seen[key] {
			seen[key] = true
			out = append(out, itemBox{key, title, slices.Contains(v.Items, key)})
		}
	}
	for _, key := range append(slices.Clone(v.task.Items), v.Items...) {
		add(key, v.titled(key))
	}
	for _, x := range v.scope {
		if len(out) >= boxesMost {
			break
		}
		add(x.Key, x.Title)
	}
	return out
}

// titled is the title of a scope item by its key, or that the scope does not have it.
func (v formView) titled(key string) string {
	if i := slices.IndexFunc(v.scope, func(x plan.ScopeItem) bool { return x.Key == key }); i >= 0 {
		return v.scope[i].Title
	}
	return "Not in the scope"
}

// serves says which scope items a task serves: "serves PAY-1 and PAY-2"; "" for none.
func serves(t work.Task) string {
	const most = 3
	switch n := len(t.Items); {
	case n == 0:
		return ""
	case n > most:
		return "serves " + strings.Join(t.Items[:most], ", ") + " and " + ui.Number(n-most) + " more"
	}
	return "serves " + ui.List(t.Items...)
}

// under is the line under a task on the plan of its release: what holds it up, and what it serves.
func (v panelView) under(t work.Task) string {
	held, items := v.cards().held(t), serves(t)
	switch {
	case items == "":
		return held
	case held == "":
		return "S" + items[1:]
	}
	return held + ", " + items
}
