package room

import (
	"net/http"

	"slipway/internal/decide"
	"slipway/internal/decide/decideweb/view"
	"slipway/internal/id"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// indexView lists rounds of the go/no-go.
type indexView struct {
	view.Look
	show   string // open or all
	rounds []decide.Round
	first  string // address of the first page, "" on it
	next   string // address of the next page
}

type roundPlace struct {
	At db.Time `json:"a"`
	ID string  `json:"i"`
}

const roundsShown = 50

func (p *Pages) index(w http.ResponseWriter, r *http.Request) error {
	var q struct {
		Show  string `form:"show"`
		After string `form:"after"`
	}
	if err := web.Query(r, &q); err != nil {
		return err
	}
	k, _, err := api.DecodeCursor[roundPlace]("rounds", q.After)
	if err != nil {
		return err
	}
	v := indexView{show: "open"}
	if q.Show == "all" {
		v.show = "all"
	}
	if q.After != "" {
		v.first = web.Link("/go-no-go", "show", v.show)
	}
	err = p.db.Read(r.Context(), func(tx *db.Tx) error {
		v.Look = view.Of(tx)
		rows, err := p.decisions.RoundsTx(tx, decide.PollFilter{Open: v.show == "open", AfterAt: k.At, AfterID: k.ID, Limit: roundsShown + 1})
		if err != nil {
			return err
		}
		page, err := api.PageOf("rounds", rows, roundsShown, func(x decide.Round) roundPlace { return roundPlace{x.OpenedAt, x.ID} })
		if err != nil {
			return err
		}
		v.rounds = page.Items
		if page.Next != "" {
			v.next = web.Link("/go-no-go", "show", v.show, "after", page.Next)
		}
		var ids []id.Person
		for _, x := range v.rounds {
			ids = append(ids, x.Chair)
		}
		return v.Who.Learn(tx, ids...)
	})
	if err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Go/No-Go", Nav: "go-no-go", Live: []string{"releases"}, Body: indexBody(v)})
}

// outcome returns the shape and the word of a round.
func outcome(p decide.Poll) (ui.State, string) {
	switch {
	case p.Open():
		return ui.Live, "In session"
	case p.Decision == nil:
		return ui.Skip, "Closed without a decision"
	}
	return outcomeOf(p.Decision.Outcome)
}

func outcomeOf(s string) (ui.State, string) {
	switch s {
	case "go":
		return ui.Go, "GO"
	case "go-if":
		return ui.GoIf, "GO IF"
	case "no-go":
		return ui.NoGo, "NO-GO"
	}
	return ui.Hold, "HOLD"
}

// answered counts the roles that have answered.
func answered(p decide.Poll) string {
	n := 0
	for _, s := range p.Roles {
		if _, ok := p.Of(s.Role); ok {
			n++
		}
	}
	return ui.Number(n) + " of " + ui.Number(len(p.Roles))
}
