package riskweb

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
	"slipway/internal/risk"
)

const historyLimit = 20

// riskView is a risk with its history.
type riskView struct {
	card
	changes []changeRow
	next    string
	paged   bool
	actions templ.Component // what is done about it, of another area
}

// changeRow is one entry of the history.
type changeRow struct {
	risk.Change
	who   ui.Person
	word  string
	parts []uiverdict.DiffPart
}

type historyKey struct {
	At db.Time `json:"t"`
	ID string  `json:"i"`
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	var q struct {
		After string `form:"after"`
	}
	if err := web.Query(r, &q); err != nil {
		return err
	}
	key, paged, err := api.DecodeCursor[historyKey]("risk-history", q.After)
	if err != nil {
		return err
	}
	v := riskView{paged: paged}
	err = p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.card, err = cardOf(tx, p.look(r), r.PathValue("risk")); err != nil {
			return err
		}
		if p.o.Actions != nil {
			if v.actions, err = p.o.Actions(tx, v.Risk); err != nil {
				return err
			}
		}
		return v.history(tx, key)
	})
	if err != nil {
		return err
	}
	live := []string{"risk/" + string(v.ID)}
	if v.actions != nil {
		live = append(live, "actions")
	}
	return p.site.Render(w, r, web.Page{Title: v.Key + " " + v.Title, Nav: "risks", Live: live, Body: riskBody(v)})
}

func (v *riskView) history(tx *db.Tx, key historyKey) error {
	cs, err := risk.ChangesOf(tx, string(v.ID), risk.ChangeFilter{BeforeAt: key.At, BeforeID: key.ID, Limit: historyLimit + 1})
	if err != nil {
		return err
	}
	v.next, v.changes = "", nil
	if len(cs) > historyLimit {
		cs = cs[:historyLimit]
		last := cs[historyLimit-1]
		if v.next, err = api.EncodeCursor("risk-history", historyKey{last.At, last.ID}); err != nil {
			return err
		}
	}
	pairs := make([][2]risk.Risk, len(cs))
	ids := []id.Person{v.Owner, id.Person(v.StateBy)}
	for i, c := range cs {
		if err := c.After.Decode(&pairs[i][1]); err != nil {
			return err
		}
		if len(c.Before) > 0 {
			if err := c.Before.Decode(&pairs[i][0]); err != nil {
				return err
			}
		}
		ids = append(ids, c.Person, pairs[i][0].Owner, pairs[i][1].Owner)
	}
	if v.who, err = reader.WhoIs(tx, "Nobody", ids...); err != nil {
		return err
	}
	for i, c := range cs {
		row := changeRow{Change: c, who: ui.Person{ID: c.By, Name: "Slipway"}, word: words[c.Action]}
		if c.Person != "" {
			row.who = v.who.Of(c.Person)
		}
		if c.Action != risk.RiskOpened {
			row.parts = v.differences(pairs[i][0], pairs[i][1])
		}
		v.changes = append(v.changes, row)
	}
	return nil
}

var words = map[string]string{
	risk.RiskOpened: "opened it", risk.RiskChanged: "changed it", risk.RiskAssessed: "assessed it", risk.RiskMitigated: "planned the response",
	risk.RiskAssigned: "assigned it", risk.RiskAccepted: "accepted it", risk.RiskClosed: "closed it", risk.RiskReopened: "opened it again",
}

// differences says in words what a change changed.
func (v *riskView) differences(was, is risk.Risk) []uiverdict.DiffPart {
	name := func(p id.Person) string {
		if p == "" {
			return ""
		}
		return v.who.Of(p).Name
	}
	after := func(r risk.Risk) string {
		if r.Response == risk.NoResponse {
			return ""
		}
		return product(r.ResidualProbability, r.ResidualImpact)
	}
	response := func(r risk.Risk) string {
		if r.Response == risk.NoResponse {
			return ""
		}
		return responseWord(r.Response)
	}
	var out []uiverdict.DiffPart
	for _, x := range []struct{ name, was, is string }{
		{"state", string(was.State), string(is.State)},
		{"title", was.Title, is.Title},
		{"score", product(was.Probability, was.Impact), product(is.Probability, is.Impact)},
		{"response", response(was), response(is)},
		{"response in words", was.Mitigation, is.Mitigation},
		{"after response", after(was), after(is)},
		{"blocks", string(was.Blocks), string(is.Blocks)},
		{"belongs to", place(was), place(is)},
		{"owner", name(was.Owner), name(is.Owner)},
		{"review", was.Review, is.Review},
		{"what it would mean", was.Text, is.Text},
		{"cause", was.Cause, is.Cause},
		{"early sign", was.Trigger, is.Trigger},
		{"category", was.Category, is.Category},
	} {
		if x.was == x.is {
			continue
		}
		part := uiverdict.DiffPart{Section: x.name}
		if x.was != "" {
			part.Del = []string{x.was}
		}
		if x.is != "" {
			part.Ins = []string{x.is}
		}
		out = append(out, part)
	}
	return out
}

// verb is one form of a risk.
type verb struct {
	name, permission string
	button, title    string
	save             string       // the word on the button that does it
	text             string       // what it does
	states           []risk.State // from which it can be done
	ended            bool         // possible in a release that has ended
}

var (
	unclosed = []risk.State{risk.Open, risk.Accepted}
	verbs    = []verb{
		{name: "assess", permission: "risk.assess", button: "Assess", title: "Assess", save: "Save the assessment", states: unclosed,
			text: "Score is likelihood times impact. An accepted risk whose score rises is open again."},
		{name: "mitigate", permission: "risk.assess", button: "Respond", title: "Plan the response", save: "Save the response", states: unclosed,
			text: "Say what is done about it and what score that leaves. A planned response does not unblock a gate."},
		{name: "edit", permission: "risk.assess", button: "Edit", title: "Edit", save: "Save", states: unclosed,
			text: "To take away that it blocks, or to move a risk that blocks, needs somebody who may accept it, and a reason."},
		{name: "assign", permission: "risk.assess", button: "Assign", title: "Assign", save: "Assign", states: unclosed,
			text: "The owner watches it and looks at it again on the day of the review."},
		{name: "accept", permission: "risk.accept", button: "Accept", title: "Accept", save: "Accept the risk", states: []risk.State{risk.Open},
			text: "You answer for living with it as it is now. It no longer blocks. Should its score rise, it is open again."},
		{name: "close", permission: "risk.close", button: "Close", title: "Close", save: "Close the risk", states: unclosed, ended: true,
			text: "It cannot happen any more, or it has happened. It no longer blocks; its history stays."},
		{name: "reopen", permission: "risk.close", button: "Open again", title: "Open again", save: "Open it again", states: []risk.State{risk.Accepted, risk.Closed},
			text: "It is open as it was, and blocks if it did."},
	}
)

func verbOf(name string) (verb, bool) {
	for _, v := range verbs {
		if v.name == name {
			return v, true
		}
	}
	return verb{}, false
}

// mays says of each verb that the state allows why the caller cannot, "" where they can.
func mays(tx *db.Tx, r risk.Risk) (map[string]string, error) {
	ended := ""
	if r.Release != "" {
		rel, err := plan.ReleaseByID(tx, r.Release)
		if err != nil {
			return nil, err
		}
		if rel.Ended() {
			ended = "the release is " + rel.State.Words() + "."
		}
	}
	out := map[string]string{}
	for _, v := range verbs {
		if !slices.Contains(v.states, r.State) {
			continue
		}
		may, err := auth.Allowed(tx, v.permission, risk.Scope(r))
		if err != nil {
			return nil, err
		}
		switch {
		case !may:
			out[v.name] = "your roles do not carry " + v.permission + " here."
		case !v.ended:
			out[v.name] = ended
		default:
			out[v.name] = ""
		}
	}
	return out, nil
}

// buttons are the verbs that the state allows, at most n of them. A reason that several share is said once.
func (c card) buttons(n int) []ui.Button {
	var out []ui.Button
	for _, v := range verbs {
		why, ok := c.may[v.name]
		if !ok || len(out) == n {
			continue
		}
		if why != "" && c.allOff() {
			return []ui.Button{{Text: "Change", Size: "sm", ID: "change-" + strconv.FormatInt(c.Number, 10), Why: why}}
		}
		out = append(out, ui.Button{Text: v.button, Size: "sm", ID: "do-" + v.name, Href: riskURL(c.Risk, v.name), Why: why})
	}
	return out
}

func (c card) allOff() bool {
	for _, why := range c.may {
		if why == "" {
			return false
		}
	}
	return true
}
