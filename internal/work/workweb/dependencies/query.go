package dependencies

import (
	"net/url"
	"strconv"

	"slipway/internal/platform/ui"
	"slipway/internal/work/dependency"
)

// query is the state of the page, as the address carries it.
type query struct {
	View    string `form:"view"`
	Q       string `form:"q"` // the focus
	Depth   string `form:"depth"`
	Release string `form:"release"`
	Slip    string `form:"slip"`
	Show    string `form:"show"` // of the table: late, all, or "" for what is open
	After   string `form:"after"`
}

func (q query) values() url.Values {
	v := url.Values{}
	for k, s := range map[string]string{"view": q.View, "q": q.Q, "depth": q.Depth, "release": q.Release, "slip": q.Slip, "show": q.Show, "after": q.After} {
		if s != "" {
			v.Set(k, s)
		}
	}
	return v
}

// url writes the state as an address of the map, changed by fn.
func (q query) url(fn func(*query)) string { return q.under(path, fn) }

func (q query) under(base string, fn func(*query)) string {
	q.After = ""
	fn(&q)
	if e := q.values().Encode(); e != "" {
		return base + "?" + e
	}
	return base
}

// keep are the filters that are no inputs of the filter form.
func (q query) keep() map[string]string {
	out := map[string]string{}
	for k, s := range map[string]string{"view": q.View, "show": q.Show} {
		if s != "" {
			out[k] = s
		}
	}
	return out
}

// depths are the choices of how far around the focus.
var depths = []ui.Option{{Value: "1", Text: "Depth: 1 hop"}, {Value: "2", Text: "Depth: 2 hops"}, {Value: "3", Text: "Depth: 3 hops"}, {Value: "all", Text: "Depth: everything"}}

func (q query) question() dependency.Question {
	out := dependency.Question{View: dependency.View(q.View), Focus: q.Q, Release: q.Release, Depth: 1}
	switch n, err := strconv.Atoi(q.Depth); {
	case q.Depth == "all":
		out.Depth = 0
	case err == nil:
		out.Depth = n
	}
	return out
}

func (q query) view() dependency.View {
	if q.View == "" {
		return dependency.Services
	}
	return dependency.View(q.View)
}

func (q query) depth() string {
	if q.Depth == "" {
		return "1"
	}
	return q.Depth
}
