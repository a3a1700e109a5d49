package planning

import (
	"net/url"
	"strconv"
	"time"

	"slipway/internal/plan"
	"slipway/internal/platform/ui"
	"slipway/internal/work/workweb/gantt"
)

// The names of the parameters that say what the picture shows. The tab has others, for its list of tasks, which stay as they are.
const (
	paramView = "view" // table, or the picture
	paramZoom = "zoom"
	paramFrom = "from" // a day in the first week
	paramRow  = "row"
	paramBase = "baseline" // its number, or none
	paramOnly = "only"     // of further rows: themselves, and not what leads on
)

// rowsShown is how many rows a picture draws at once; the next are drawn as one scrolls, or on a page of their own.
const rowsShown = 60

// query is what the picture shows, as the address carries it.
type query struct {
	all   url.Values
	table bool
	zoom  gantt.Zoom // "" chooses one
	from  time.Time  // zero chooses one
	row   int
	base  string
}

// queryOf reads an address. What is malformed counts as not given: an address is typed by anybody.
func queryOf(v url.Values, zone *time.Location) query {
	q := query{all: v, table: v.Get(paramView) == "table", zoom: gantt.Zoom(v.Get(paramZoom)), base: v.Get(paramBase)}
	if q.zoom.Days() == 0 {
		q.zoom = ""
	}
	if d, err := time.ParseInLocation(ui.DateLayout, v.Get(paramFrom), zone); err == nil && d.Year() > 1970 && d.Year() < 2200 {
		q.from = d
	}
	if n, err := strconv.Atoi(v.Get(paramRow)); err == nil && n > 0 {
		q.row = n
	}
	return q
}

// with is the address of the tab with parameters changed, in pairs; an empty value takes one away.
func (q query) with(r plan.Release, pairs ...string) string {
	return releaseURL(r, "plan") + q.encode(pairs...) + "#picture"
}

// rowsURL is the address of further rows alone.
func (q query) rowsURL(r plan.Release, row int, pairs ...string) string {
	return releaseURL(r, "plan", "rows") + q.encode(append([]string{paramRow, strconv.Itoa(row), paramOnly, ""}, pairs...)...)
}

func (q query) encode(pairs ...string) string {
	v := url.Values{}
	for k, x := range q.all {
		v[k] = x
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if v.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			v.Del(pairs[i])
		}
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}
