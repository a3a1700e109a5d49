package room

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"slipway/internal/decide"
	"slipway/internal/decide/decideweb/view"
	"slipway/internal/decide/tally"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// Pages are the room and the list of rounds.
type Pages struct {
	site      *web.Site
	db        *db.DB
	decisions *decide.Decisions
	gate      *gate.Gate
}

// New returns the pages.
func New(s *web.Site, d *db.DB, x *decide.Decisions, g *gate.Gate) *Pages {
	return &Pages{site: s, db: d, decisions: x, gate: g}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	h := p.site.Handle
	h("GET /go-no-go", "approval.read", p.index)
	h("GET /releases/{ref}/go-no-go", "approval.read", p.room)
	h("GET /releases/{ref}/go-no-go/minutes", "approval.read", p.minutes)
	h("POST /releases/{ref}/go-no-go/open", "poll.open", p.openPoll)
	h("POST /releases/{ref}/go-no-go/call", "poll.open", p.call)
	h("POST /releases/{ref}/go-no-go/close", "poll.open", p.closePoll)
	h("POST /releases/{ref}/go-no-go/answer", "poll.answer", p.answer)
	h("POST /releases/{ref}/go-no-go/decide", "poll.open", p.decide)
	h("POST /releases/{ref}/go-no-go/conditions/{condition}/done", "condition.verify", p.done)
	h("POST /releases/{ref}/go-no-go/conditions/{condition}/reopen", "condition.verify", p.reopen)
}

// roomView is the go/no-go of a release as one snapshot shows it.
type roomView struct {
	view.Look
	decide.Room
	chairs  bool          // the viewer may open, call and decide
	mine    []decide.Seat // roles that the viewer answers for
	table   []gate.Answer // criteria that are not met or pending, the mandatory first
	on      gate.Answer   // the one that is looked at
	proofs  []gate.Evidence
	verify  map[string]string // by condition: why the viewer cannot say that it is done
	form    roomForm
	faults  ui.Errors
	refused string // which form
	owners  map[string]string
	holder  map[string]ui.Person // by role: who may answer
}

// roomForm is what is typed in the room.
type roomForm struct {
	Role       string `form:"role"`
	Answer     string `form:"answer"`
	Comment    string `form:"comment"`
	Conditions string `form:"conditions"`
	Owner      string `form:"owner"`
	Verifier   string `form:"verifier"`
	Due        string `form:"due"`
	Decision   string `form:"decision"`
	Reason     string `form:"reason"`
	Again      string `form:"again"`
	Rev        int64  `form:"rev"`
	Chair      string `form:"chair"`
	Note       string `form:"note"`
}

func (p *Pages) room(w http.ResponseWriter, r *http.Request) error {
	var q struct {
		On string `form:"on"`
	}
	if err := web.Query(r, &q); err != nil {
		return err
	}
	page, err := p.roomPage(r, q.On, roomForm{}, nil, "")
	if err != nil {
		return err
	}
	return p.site.Render(w, r, page)
}

func (p *Pages) roomPage(r *http.Request, on string, form roomForm, fault error, refused string) (web.Page, error) {
	var v *roomView
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		v, err = p.roomView(tx, r.PathValue("ref"), on)
		return err
	})
	if err != nil {
		return web.Page{}, err
	}
	v.form, v.faults, v.refused = form, ui.ErrorsOf(fault), refused
	return web.Page{Title: "Go/No-Go, " + v.Release.Name, Nav: "go-no-go", Live: []string{"release/" + string(v.Release.ID)}, Body: roomBody(v)}, nil
}

func (p *Pages) roomView(tx *db.Tx, ref, on string) (*roomView, error) {
	r, err := view.Readable(tx, ref)
	if err != nil {
		return nil, err
	}
	v := &roomView{Look: view.Of(tx), verify: map[string]string{}, owners: map[string]string{}, holder: map[string]ui.Person{}}
	if v.Room, err = p.decisions.RoomTx(tx, r); err != nil {
		return nil, err
	}
	if v.chairs, err = auth.Allowed(tx, "poll.open", plan.Scope(r)); err != nil {
		return nil, err
	}
	ids := []id.Person{r.Owner, v.Poll.Chair}
	for _, s := range v.Poll.Roles {
		why, err := p.decisions.WhyAnswer(tx, r, s)
		if err != nil {
			return nil, err
		}
		if why == "" {
			v.mine = append(v.mine, s)
		}
		list, err := auth.Holders(tx, s.Role, plan.Scope(r))
		if err != nil {
			return nil, err
		}
		v.holder[s.Role] = holders(list)
	}
	for _, a := range v.Poll.Answers {
		ids = append(ids, a.Person, a.Principal)
	}
	for _, c := range v.Poll.Standing() {
		ids = append(ids, c.Owner, c.Verifier, c.Person, c.DoneBy)
		if v.verify[c.ID], err = p.decisions.WhyVerify(tx, r, c); err != nil {
			return nil, err
		}
	}
	if v.Decision != nil {
		ids = append(ids, v.Decision.Person)
	}
	if err := v.LearnDiffs(tx, v.Stale); err != nil {
		return nil, err
	}
	if err := v.Who.Learn(tx, ids...); err != nil {
		return nil, err
	}
	return v, p.lay(tx, v, on)
}

// lay puts on the table what is not met, and of the chosen criterion its evidence.
func (p *Pages) lay(tx *db.Tx, v *roomView, on string) error {
	for _, a := range v.Verdict.Answers {
		if a.State == gate.NotMet || a.State == gate.Awaited || a.State == gate.AtRisk {
			v.table = append(v.table, a)
		}
	}
	slices.SortStableFunc(v.table, func(a, b gate.Answer) int { return weight(a) - weight(b) })
	if len(v.table) == 0 {
		return nil
	}
	v.on = v.table[0]
	if i := slices.IndexFunc(v.table, func(a gate.Answer) bool { return a.Criterion == on }); i >= 0 {
		v.on = v.table[i]
	}
	for _, key := range append([]string{v.on.Owner}, reasonOwners(v.on)...) {
		if key == "" || v.owners[key] != "" {
			continue
		}
		if role, err := auth.RoleByKey(tx, key); err == nil {
			v.owners[key] = role.Name
		} else if who, err := auth.PersonByKey(tx, key); err == nil {
			v.owners[key] = who.Name
		} else {
			v.owners[key] = key
		}
	}
	var err error
	v.proofs, err = p.gate.EvidenceTx(tx, v.Release, gate.EvidenceFilter{Criterion: v.on.Criterion, Limit: 6})
	return err
}

func reasonOwners(a gate.Answer) []string {
	out := make([]string, len(a.Reasons))
	for i, r := range a.Reasons {
		out[i] = r.Owner
	}
	return out
}

// weight orders the table: mandatory before advisory, not met before pending before at risk.
func weight(a gate.Answer) int {
	w := map[gate.State]int{gate.NotMet: 0, gate.Awaited: 1, gate.AtRisk: 2}[a.State]
	if !a.Mandatory {
		w += 3
	}
	return w
}

// open reports whether the room is in session.
func (v *roomView) open() bool { return v.Poll.ID != "" && v.Poll.Open() }

func (v *roomView) seats() []uiverdict.Seat {
	out := make([]uiverdict.Seat, len(v.Poll.Roles))
	for i, s := range v.Poll.Roles {
		seat := uiverdict.Seat{ID: "seat-" + id.Keyed(s.Role), Role: s.Name, State: ui.Wait, Who: v.holder[s.Role], At: weightWord(s.Kind)}
		a, ok := v.Poll.Of(s.Role)
		switch {
		case ok:
			seat.State, _ = outcomeOf(string(a.Word))
			seat.Who, seat.At, seat.Say = v.Who.Of(a.Person), v.Near(a.At), say(a.Comment)
			if a.Principal != "" {
				seat.At += " for " + v.Who.Of(a.Principal).Name
			}
			if a.Word == tally.GoIf && a.Comment == "" {
				seat.Say = v.asks(a)
			}
		case v.open() && v.Poll.Calling == s.Role:
			seat.State, seat.Say = ui.Now, "Asked "+v.Near(v.Poll.CalledAt)
		}
		out[i] = seat
	}
	return out
}

func say(s string) string {
	if s == "" {
		return ""
	}
	return "“" + s + "”"
}

func (v *roomView) asks(a decide.Answer) string {
	var list []string
	for _, c := range v.Poll.Asked {
		if c.Answer == a.ID {
			list = append(list, view.Lower(c.Text))
		}
	}
	return "“GO if " + strings.Join(list, "; ") + "”"
}

func weightWord(k tally.Kind) string {
	switch k {
	case tally.Mandatory:
		return "mandatory"
	case tally.Veto:
		return "with a veto"
	}
	return "advisory"
}

// next is the role that is called after the present one; false when all have answered.
func (v *roomView) next() (decide.Seat, bool) {
	for _, s := range v.Poll.Roles {
		if _, done := v.Poll.Of(s.Role); !done && s.Role != v.Poll.Calling {
			return s, true
		}
	}
	return decide.Seat{}, false
}

// computed is what the machine says: the suggested outcome, and why.
func (v *roomView) computed() (ui.State, string, string) {
	from := "Computed from " + ui.Plural(v.Verdict.All.Total(), "criterion", "criteria") + " and " + ui.Plural(v.Result.Answered, "answer", "answers") + "."
	state, text := ui.Wait, "PENDING"
	if v.Result.Suggested != "" {
		state, text = outcomeOf(string(v.Result.Suggested))
	}
	if reasons := v.Result.Option(tally.Go).Reasons; len(reasons) > 0 {
		from += " " + reasons[0].Text
	}
	return state, text, from
}

// options are the outcomes, each with why it is not available.
func (v *roomView) options() []ui.Option {
	hold := ui.Option{Value: decide.Hold, Text: "Hold, poll again", Note: "This round is sealed and closed; another follows."}
	out := []ui.Option{hold}
	for _, x := range []struct {
		word       tally.Word
		text, note string
	}{
		{tally.NoGo, "NO-GO", "The release does not go as it is."},
		{tally.GoIf, "GO with conditions", "It goes once every condition is done."},
		{tally.Go, "GO", "The release is approved."},
	} {
		o := v.Result.Option(x.word)
		option := ui.Option{Value: string(x.word), Text: x.text, Note: x.note}
		if !o.Allowed {
			option.Why = causes(o.Reasons)
			if x.word == tally.GoIf && len(o.Reasons) == 1 && o.Reasons[0].Code == "poll.condition_missing" {
				option.Why, option.Note = "", "Needs a condition: name one below."
			}
		} else if len(o.Notes) > 0 && x.word != v.Result.Suggested {
			option.Note = causes(o.Notes)
		}
		if x.word == v.Result.Suggested {
			option.Note = "Suggested. " + option.Note
		}
		out = append(out, option)
	}
	return out
}

func causes(list []tally.Reason) string {
	var out []string
	for i, r := range list {
		if i == 3 && len(list) > 4 {
			out = append(out, "And "+ui.Number(len(list)-3)+" more.")
			break
		}
		out = append(out, r.Text)
	}
	return strings.Join(out, " ")
}

func (v *roomView) tab(a gate.Answer) string {
	return view.At(v.Release, "go-no-go") + "?" + url.Values{"on": {a.Criterion}}.Encode() + "#on-the-table"
}

func (v *roomView) tabs() []ui.Tab {
	var out []ui.Tab
	for i, a := range v.table {
		if i == 6 {
			break
		}
		text := a.Title
		if n := []rune(text); len(n) > 28 {
			text = strings.TrimSpace(string(n[:26])) + "…"
		}
		out = append(out, ui.Tab{Text: text, Href: v.tab(a), Current: a.Criterion == v.on.Criterion})
	}
	return out
}

// recordLine is one line of the strip: what happened in the room.
type recordLine struct {
	state ui.State
	said  string
	text  string
	note  string
	at    db.Time
	n     int
}

func (v *roomView) record() []recordLine {
	var out []recordLine
	name := func(role string) string { s, _ := v.Poll.Seat(role); return s.Name }
	if p := v.Poll; p.ID != "" {
		out = append(out, recordLine{state: ui.Live, said: "Opened", text: "Round " + ui.Number(p.Round) + " opened, " + ui.Plural(len(p.Roles), "role", "roles") + " polled", note: v.Near(p.OpenedAt) + ", " + v.Who.Of(p.Chair).Name, at: p.OpenedAt})
		for _, a := range p.Answers {
			state, said := outcomeOf(string(a.Word))
			text := name(a.Role) + ": " + said
			if a.Comment != "" {
				text += ", “" + a.Comment + "”"
			}
			out = append(out, recordLine{state: state, said: said, text: text, note: v.Near(a.At) + ", " + v.Who.Of(a.Person).Name, at: a.At})
		}
		for _, c := range p.Asked {
			if c.Done() {
				out = append(out, recordLine{state: ui.Go, said: "Done", text: "Done: " + c.Text, note: v.Near(c.DoneAt) + ", " + v.Who.Of(c.DoneBy).Name, at: c.DoneAt})
			}
		}
		if d := p.Decision; d != nil {
			state, said := outcomeOf(d.Outcome)
			out = append(out, recordLine{state: state, said: said, text: "Decided: " + said, note: v.Near(d.At) + ", " + v.Who.Of(d.Person).Name, at: d.At})
		} else if !p.Open() {
			out = append(out, recordLine{state: ui.Skip, said: "Closed", text: "Closed without a decision: " + p.Closing, note: v.Near(p.ClosedAt), at: p.ClosedAt})
		}
	}
	slices.SortStableFunc(out, func(a, b recordLine) int { return int(a.at - b.at) })
	for i := range out {
		out[i].n = i + 1
	}
	slices.Reverse(out)
	return out
}

func (v *roomView) head() ui.ReleaseHead {
	r := v.Release
	h := ui.ReleaseHead{Crumbs: []ui.Crumb{{Text: r.Name, Href: view.At(r)}, {Text: "Go/No-Go"}}, Name: "Go/No-Go: " + r.Name, Running: v.open()}
	switch {
	case v.open():
		h.Meta = append(h.Meta, ui.MetaIcon("radio", "In session since "+v.Near(v.Poll.OpenedAt)), ui.Join(ui.Text("Chair "), ui.Who(v.Who.Of(v.Poll.Chair))))
	case v.Poll.ID != "":
		state, text := outcome(v.Poll)
		h.Meta = append(h.Meta, ui.Pill(state, text), ui.MetaIcon("history", "Round "+ui.Number(v.Poll.Round)+", closed "+v.Near(v.Poll.ClosedAt)))
	default:
		h.Meta = append(h.Meta, ui.Pill(ui.Wait, "Not opened yet"))
	}
	h.Meta = append(h.Meta, ui.MetaIcon("calendar-days", v.Period(r.Window)))
	if start := r.Window.Start.Std(); !r.Window.IsZero() && start.After(v.Now) {
		h.Countdown = &ui.Countdown{At: start, Now: v.Now, To: "to window opening"}
	}
	return h
}

// err returns what is wrong with a field of one of the forms.
func (v *roomView) err(form, field string) string {
	if v.refused != form {
		return ""
	}
	return v.faults.Of(field)
}

// refusal is the message above a form.
func (v *roomView) refusal(form string) templ.Component {
	if v.refused != form || v.faults.Msg == "" && !v.faults.Any() {
		return templ.NopComponent
	}
	e := v.faults
	if e.Msg == "" {
		if e.Msg = e.Of("decision"); e.Msg == "" {
			e.Msg = "Some of it cannot be taken. The reasons stand beside it."
		}
	}
	return ui.FormError(e)
}

// typed returns what was typed into a form that was refused.
func (v *roomView) typed(form, value string) string {
	if v.refused != form {
		return ""
	}
	return value
}

// holders names who may answer for a role: one, two, or one and how many more.
func holders(list []auth.Person) ui.Person {
	if len(list) == 0 {
		return ui.Person{ID: "nobody", Name: "Nobody holds it"}
	}
	p := ui.Person{ID: string(list[0].ID), Name: list[0].Name}
	switch {
	case len(list) == 2:
		p.Name += " or " + list[1].Name
	case len(list) > 2:
		p.Name += " or " + ui.Number(len(list)-1) + " more"
	}
	return p
}
