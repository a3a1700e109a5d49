package planning

import (
	"net/http"
	"net/url"
	"strconv"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/work/target"
)

// wishForm is a wanted date.
type wishForm struct {
	By     string `form:"by"`
	Chance string `form:"chance"` // per cent
	Ask    bool   `form:"ask"`
	All    bool   `form:"all"` // every way, not only the cheapest
}

// wishView is the question, and its answer once it was asked.
type wishView struct {
	look
	wishForm
	release plan.Release
	answer  *target.Answer
	errors  ui.Errors
}

// wish asks what must be true for a date. It changes nothing, so its question is in the address.
func (p *Pages) wish(w http.ResponseWriter, r *http.Request) error {
	v := wishView{look: p.look(r.Context())}
	var err error
	if v.release, err = p.release(r); err != nil {
		return err
	}
	if err := web.Query(r, &v.wishForm); err != nil {
		return err
	}
	asked := v.By != "" || v.Chance != "" || v.Ask
	if v.By == "" && !v.release.Window.IsZero() {
		v.By = ui.DateTimeValue(v.release.Window.Start.Std(), v.Zone)
	}
	if v.Chance == "" {
		v.Chance = "80"
	}
	status := 0
	if asked {
		if err := v.find(p, r); err != nil {
			if !mendable(err) {
				return err
			}
			v.errors, status = ui.ErrorsOf(err), errs.CodeOf(err).Status()
		}
	}
	return p.o.Page(w, r, v.release.Key, "plan", web.Page{Title: "What must be true", Status: status, Body: wishPage(v)})
}

func (v *wishView) find(p *Pages, r *http.Request) error {
	q := target.Wish{}
	n, err := strconv.Atoi(v.Chance)
	if err != nil || n < 1 || n > 99 {
		return errs.InvalidField("chance", "work.chance", "Give a chance from 1 to 99 per cent.")
	}
	q.Chance = float64(n) / 100
	if v.By != "" {
		at, err := ui.ParseDateTime("by", v.By, v.Zone)
		if err != nil {
			return err
		}
		q.By = db.At(at)
	}
	a, err := p.targets.WhatMustBeTrue(r.Context(), v.release.Key, q)
	if err != nil {
		return err
	}
	v.answer = &a
	return nil
}

// finding is the answer in a sentence.
func (v wishView) finding() string {
	a := v.answer
	s := "As things stand the chance to be done by " + v.Near(a.By) + " is " + share(a.Chance) + "; P80 is " + v.Day(a.P80) + "."
	if !a.Kept {
		s += " No forecast holds for that, so it was drawn anew."
	}
	switch {
	case a.Chance >= a.Wanted:
		return s + " Nothing more has to be done."
	case len(a.Sets) == 0:
		return s + " Even everything together would bring it to " + share(a.All) + " only. Ask for a later date or a smaller chance."
	}
	return s + " " + ui.Plural(len(a.Sets), "way leads", "ways lead") + " to " + share(a.Wanted) + ", each as small as it can be."
}

// waysShown is how many ways the page lists unless all are asked for.
const waysShown = 12

// ways are the sets that are listed, the cheapest first.
func (v wishView) ways() []target.Set {
	if v.All {
		return v.answer.Sets
	}
	return v.answer.Sets[:min(waysShown, len(v.answer.Sets))]
}

// more is the address with every way.
func (v wishView) more() string {
	q := url.Values{"by": {v.By}, "chance": {v.Chance}, "all": {"1"}}
	return releaseURL(v.release, "plan", "must-be-true") + "?" + q.Encode()
}

// moves are the texts of a set.
func (v wishView) moves(s target.Set) []string {
	var out []string
	for _, i := range s.Moves {
		out = append(out, v.answer.Moves[i].Text)
	}
	return out
}

// cost writes what a set costs, in hours of work.
func cost(hours float64) string { return tenths(hours) + " h of work" }
