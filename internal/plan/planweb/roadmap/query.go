package roadmap

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"slipway/internal/errs"
	"slipway/internal/plan/roadmap"
)

// query is the state of the page, as the address carries it.
type query struct {
	From      string `form:"from"`     // first quarter: 2026-Q4
	Quarters  string `form:"quarters"` // how many
	Product   string `form:"product"`
	View      string `form:"view"`      // goals, or products
	Freezes   string `form:"freezes"`   // off
	Proposals string `form:"proposals"` // off
	Published string `form:"published"` // only
}

const (
	quartersUsual = 3
	quartersMost  = 8
)

func (q query) url(fn func(*query)) string {
	fn(&q)
	v := url.Values{}
	for k, s := range q.fields() {
		if s != "" {
			v.Set(k, s)
		}
	}
	if e := v.Encode(); e != "" {
		return path + "?" + e
	}
	return path
}

func (q query) fields() map[string]string {
	return map[string]string{"from": q.From, "quarters": q.Quarters, "product": q.Product, "view": q.View, "freezes": q.Freezes, "proposals": q.Proposals, "published": q.Published}
}

// keep are the filters that the form of the page does not ask for.
func (q query) keep() map[string]string {
	out := q.fields()
	delete(out, "product")
	delete(out, "quarters")
	for k, s := range out {
		if s == "" {
			delete(out, k)
		}
	}
	return out
}

// span returns the first quarter's start and how many quarters are shown.
func (q query) span(l look) (from time.Time, n int, err error) {
	from, n = roadmap.Quarter(l.Now, l.Zone), quartersUsual
	if q.From != "" {
		var y, k int
		if _, err := fmt.Sscanf(q.From, "%d-Q%d", &y, &k); err != nil || y < 2000 || y > 2199 || k < 1 || k > 4 || q.From != fmt.Sprintf("%d-Q%d", y, k) {
			return from, n, errs.InvalidField("from", "roadmap.quarter", "Write a quarter as 2026-Q4.")
		}
		from = time.Date(y, time.Month(3*k-2), 1, 0, 0, 0, 0, l.Zone)
	}
	if q.Quarters != "" {
		if n, err = strconv.Atoi(q.Quarters); err != nil || n < 1 || n > quartersMost {
			return from, n, errs.InvalidField("quarters", "roadmap.span", "The roadmap shows 1 to %d quarters.", quartersMost)
		}
	}
	for name, v := range map[string]string{"freezes": q.Freezes, "proposals": q.Proposals} {
		if v != "" && v != "off" {
			return from, n, errs.InvalidField(name, "roadmap.switch", "This is off, or left out.")
		}
	}
	if q.View != "" && q.View != "goals" {
		return from, n, errs.InvalidField("view", "roadmap.view_unknown", "The roadmap shows goals, or products where nothing is said.")
	}
	if q.Published != "" && q.Published != "only" {
		return from, n, errs.InvalidField("published", "roadmap.switch", "This is only, or left out.")
	}
	return from, n, nil
}

// quarterName writes "Q4 2026".
func quarterName(t time.Time) string { return fmt.Sprintf("Q%d %d", (int(t.Month())+2)/3, t.Year()) }

func quarterValue(t time.Time) string {
	return fmt.Sprintf("%d-Q%d", t.Year(), (int(t.Month())+2)/3)
}
