package clearanceweb

import (
	"encoding/json"
	"net/http"

	"slipway/internal/clearance"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// filter is what both lists are narrowed by, as the address carries it.
type filter struct {
	Service     string `form:"service"`
	Environment string `form:"environment"`
	Before      string `form:"before"`
}

type answersQuery struct {
	filter
	Outcome string `form:"outcome"` // allowed, refused; empty: both
	Answer  string `form:"answer"`  // the one that is open
}

func (q answersQuery) url(fn func(*answersQuery)) string {
	fn(&q)
	return web.Address("/may-deploy/answers", q)
}

func (q answersQuery) narrowed() bool {
	return q.Service != "" || q.Environment != "" || q.Outcome != ""
}

// answersView is the list of recorded answers, one of them open.
type answersView struct {
	look
	answersQuery
	choices
	rows   []clearance.Recorded
	next   string
	opened *opened
	who    reader.Who
}

// opened is a recorded answer with everything that was answered.
type opened struct {
	clearance.Recorded
	full  clearance.Answer
	names map[string]string // of releases, by key
}

func (p *Pages) answers(w http.ResponseWriter, r *http.Request) error {
	var v answersView
	if err := web.Query(r, &v.answersQuery); err != nil {
		return err
	}
	f := clearance.AnswerFilter{Service: v.Service, Environment: v.Environment, Before: v.Before, Limit: pageSize + 1}
	switch v.Outcome {
	case "":
	case "allowed", "refused":
		allowed := v.Outcome == "allowed"
		f.Allowed = &allowed
	default:
		return errs.InvalidField("outcome", "answer.outcome_unknown", "An answer is allowed or refused.")
	}
	var err error
	if v.look, err = p.look(r, "/may-deploy/answers"); err != nil {
		return err
	}
	if v.choices, err = p.choices(r, "All environments"); err != nil {
		return err
	}
	if v.rows, err = p.clearance.Answers(r.Context(), f); err != nil {
		return err
	}
	if len(v.rows) > pageSize {
		v.rows = v.rows[:pageSize]
		v.next = v.rows[pageSize-1].ID
	}
	if err := p.open(r, &v); err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Recorded answers", Nav: nav, Live: []string{"answers"}, Body: answersBody(v)})
}

// open reads the answer that the address names, and the people of the list.
func (p *Pages) open(r *http.Request, v *answersView) error {
	if v.Answer != "" {
		x, err := p.clearance.Answer(r.Context(), v.Answer)
		if err != nil {
			return err
		}
		v.opened = &opened{Recorded: x, names: map[string]string{}}
		if err := json.Unmarshal(x.Answer, &v.opened.full); err != nil {
			return errs.Internal("answer.unreadable", err)
		}
	}
	return p.db.Read(r.Context(), func(tx *db.Tx) error {
		actors := make([]string, 0, len(v.rows)+1)
		for _, x := range v.rows {
			actors = append(actors, x.AskedBy)
		}
		if v.opened != nil {
			actors = append(actors, v.opened.AskedBy)
			if key := v.opened.Release; key != "" {
				x, err := plan.ReleaseByRef(tx, key)
				if err == nil {
					v.opened.names[key] = x.Name
				} else if !errs.Is(err, errs.CodeNotFound) {
					return err
				}
			}
		}
		var err error
		v.who, err = reader.WhoIs(tx, "", actors...)
		return err
	})
}

// show is the address that opens a row above the list.
func (v answersView) show(x clearance.Recorded) string {
	return v.url(func(q *answersQuery) { q.Answer = x.ID }) + "#answer"
}

func (v answersView) pager() ui.Pager {
	p := ui.Pager{Count: len(v.rows), One: "answer", Many: "answers", Order: "newest first"}
	if v.Before != "" {
		p.First = v.url(func(q *answersQuery) { q.Before, q.Answer = "", "" })
	}
	if v.next != "" {
		p.Next = v.url(func(q *answersQuery) { q.Before, q.Answer = v.next, "" })
	}
	return p
}

// again is the address that asks the same for now.
func (o opened) again() string {
	return question{Service: o.Service, Version: o.Version, Digest: o.Digest, Environment: o.Environment}.url()
}

func (o opened) facts(l look, place string) []ui.Fact {
	fs := []ui.Fact{{Key: "Service", Body: textLink(o.Service, serviceURL(o.Service))}}
	if o.Version != "" {
		fs = append(fs, ui.Fact{Key: "Version", Body: ui.Mono(o.Version)})
	}
	if o.Digest != "" {
		fs = append(fs, ui.Fact{Key: "Digest", Body: ui.Mono(ui.Digest(o.Digest))})
	}
	fs = append(fs, ui.Fact{Key: "Environment", Value: place}, ui.Fact{Key: "For", Value: l.instant(o.At.Std())}, ui.Fact{Key: "Recorded", Value: l.instant(o.AskedAt.Std())})
	return append(fs, answerFacts(l, o.full, o.names)...)
}
