package actions

import (
	"encoding/json"
	"net/http"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan/register"
	"slipway/internal/platform/blob"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// card is one action with what the viewer may do and what happened to it.
type card struct {
	look
	register.Action
	who     reader.Who
	why     map[string]string // by verb: why it cannot be done, "" if it can
	history []line
	err     ui.Errors
	in      input
	failed  string   // the verb that err is about
	alone   bool     // on a page of its own
	back    query    // the list beside which it stands, and the form that it shows there
	file    ui.State // whether the file that was shown is what it was: Go or NoGo, "" if nobody looked
}

// line is one entry of the history.
type line struct {
	at   db.Time
	text string
}

var verbs = []string{"start", "done", "close", "back", "drop", "reopen", "edit"}

func (p *Pages) cardOf(tx *db.Tx, l look, ref string) (card, error) {
	a, err := p.register.Find(tx, ref)
	if err != nil {
		return card{}, err
	}
	c := card{look: l, Action: a, why: map[string]string{}}
	for _, v := range verbs {
		if c.why[v], err = register.Why(tx, a, v); err != nil {
			return c, err
		}
	}
	if c.file, err = intact(tx, a); err != nil {
		return c, err
	}
	entries, err := ledger.Entries(tx, ledger.Filter{All: true, Subject: ledger.Subject{Kind: "action", ID: string(a.ID)}, Newest: true, Limit: 30})
	if err != nil {
		return c, err
	}
	if c.who, err = named(tx, []register.Action{a}); err != nil {
		return c, err
	}
	var actors []id.Person
	for _, e := range entries {
		actors = append(actors, actorOf(e))
	}
	if err := c.who.Learn(tx, actors...); err != nil {
		return c, err
	}
	for _, e := range entries {
		c.history = append(c.history, line{e.At, c.said(e)})
	}
	return c, nil
}

// lookedAt is up to what size a file is read again whenever its action is shown, in bytes.
const lookedAt = 1 << 20

// intact says whether a file still has its digest. A greater one is looked at when somebody downloads it.
func intact(tx *db.Tx, a register.Action) (ui.State, error) {
	if a.Proof.Digest == "" || a.Proof.Size > lookedAt {
		return "", nil
	}
	found, err := blob.Bytes(tx, a.Proof.Digest)
	switch {
	case errs.ReasonOf(err) == "blob.damaged", err == nil && found[a.Proof.Digest] == nil:
		return ui.NoGo, nil
	case err != nil:
		return "", err
	}
	return ui.Go, nil
}

func actorOf(e ledger.Record) id.Person {
	if e.Actor.For != "" {
		return e.Actor.For
	}
	return id.Person(e.Actor.ID)
}

// words are what entries say, after the name of who did it.
var words = map[string]string{"action.added": "added it", "action.changed": "changed it", "action.started": "began", "action.said_done": "said that it is done", "action.sent_back": "sent the proof back",
	"action.closed": "closed it", "action.dropped": "dropped it", "action.reopened": "took it up again", "action.reminded": "reminded its owner", "action.overdue": "told its owner that it is overdue",
	"action.escalated": "told more than its owner that it is overdue"}

func (c card) said(e ledger.Record) string {
	name := "Slipway"
	if n := c.who.Name(actorOf(e)); n != "" {
		name = n
	}
	s := name + " " + words[e.Action]
	var in struct {
		Note string `json:"note"`
	}
	if json.Unmarshal([]byte(e.Payload), &in) == nil && in.Note != "" {
		s += ": " + in.Note
	}
	return s
}

// settler says who may close it.
func (c card) settler() string {
	switch {
	case c.Mirrored:
		return "It is settled where it comes from: whoever asked for it says there that it is done."
	case !c.ProofWanted:
		return "Its owner closes it."
	case c.Verifier != "":
		if c.Verifier == c.Me {
			return "You close it upon proof. The owner may not."
		}
		return c.who.Of(c.Verifier).Name + " closes it upon proof. The owner may not."
	case c.State == register.Said && c.why["close"] == "":
		return "You may close it. The owner may not."
	}
	return "Somebody else than the owner closes it upon proof."
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	c, err := p.find(r)
	if err != nil {
		return err
	}
	return p.site.Render(w, r, p.page(c))
}

func (p *Pages) page(c card) web.Page {
	c.alone = true
	return web.Page{Title: c.Key + " " + c.Title, Nav: "actions", Live: []string{"actions"}, Crumbs: []web.Crumb{{Text: "Actions", Href: Path}}, Body: onePage(c)}
}

func (p *Pages) find(r *http.Request) (c card, err error) {
	err = p.db.Read(r.Context(), func(tx *db.Tx) error {
		c, err = p.cardOf(tx, p.look(r.Context()), r.PathValue("action"))
		return err
	})
	return c, err
}
