package dependencies

import (
	"net/http"
	"time"

	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/work/dependency"
)

// detail is everything that the page of one dependency shows.
type detail struct {
	look
	dependency.Dependency
	who reader.Who
	why map[string]string // by verb: not available because
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	v := detail{look: p.look(r.Context()), why: map[string]string{}}
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.Dependency, err = dependency.Get(tx, r.PathValue("dependency")); err != nil {
			return err
		}
		for _, x := range verbs {
			if v.why[x.name], err = whyNot(tx, v.Dependency, x.permission); err != nil {
				return err
			}
		}
		v.who, err = reader.WhoIs(tx, "", v.Owner)
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: v.What, Nav: "dependencies", Live: []string{"dependency/" + string(v.ID), "releases"}, Body: detailBody(v)})
}

func (v detail) head() ui.ReleaseHead {
	state, word := v.stateOf(v.Dependency)
	h := ui.ReleaseHead{Crumbs: []ui.Crumb{{Text: "Dependencies", Href: path}, {Text: v.Key}}, Name: v.What}
	h.Meta = append(h.Meta, ui.Mono(v.Key), ui.Pill(state, word), ui.MetaIcon("network", typeText(v.Dependency)))
	if v.Owner != "" {
		h.Meta = append(h.Meta, ui.Who(v.who.Of(v.Owner)))
	}
	return h
}

// buttons are the ways to change it; what is delivered is answered again only to take that back.
func (v detail) buttons() []ui.Button {
	var out []ui.Button
	for _, x := range verbs {
		if x.name == "withdraw" && v.Status == dependency.Withdrawn {
			continue
		}
		b := ui.Button{Text: x.title, Href: address(v.Dependency, x.name), Why: v.why[x.name], ID: "do-" + x.name}
		if x.name == "answer" {
			b.Kind = "primary"
		}
		if x.name == "withdraw" {
			b.Kind = "danger"
		}
		out = append(out, b)
	}
	return out
}

// lateText says what follows from its dates, "" while they fit.
func (v detail) lateText() string {
	switch {
	case v.Late > 0:
		return "It comes " + ui.Duration(time.Duration(v.Late)*time.Minute) + " later than " + v.waits() + " needs it."
	case v.Overdue(db.At(v.Now)):
		return v.waits() + " needs it since " + v.Mid(v.NeedBy) + "."
	}
	return ""
}

// waits names who waits in the end.
func (v detail) waits() string {
	if v.Taker.Kind == dependency.Release || v.ReleaseName == "" {
		return v.Taker.Name
	}
	return v.ReleaseName
}

// facts are a dependency as keys and values.
func (l look) facts(d dependency.Dependency) []ui.Fact {
	state, word := l.stateOf(d)
	out := []ui.Fact{{Key: "State", Body: ui.Status(state, word)}, {Key: "From", Body: partyName(d.Giver)}, {Key: "To", Body: partyName(d.Taker)}, {Key: "How", Value: typeText(d)}}
	add := func(key string, t db.Time) {
		if !t.IsZero() {
			out = append(out, ui.Fact{Key: key, Value: l.Near(t)})
		}
	}
	add("Needed by", d.NeedBy)
	if d.Status == dependency.Delivered {
		add("Delivered", d.DeliveredAt)
	} else {
		add("Expected", d.Expected)
	}
	if d.Promised != d.Expected {
		add("Promised", d.Promised)
	}
	return out
}
