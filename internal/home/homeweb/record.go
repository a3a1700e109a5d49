package homeweb

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/home"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/draw"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

const entriesShown = 50

// recordQuery is what the address of a record page says.
type recordQuery struct {
	Release string `form:"release"`
	Action  string `form:"action"`
	Person  string `form:"person"`
	Since   string `form:"since"`
	Until   string `form:"until"`
	Order   string `form:"order"` // oldest, or newest
	Before  string `form:"before"`
	After   string `form:"after"`
	Entry   string `form:"entry"`
}

// values writes the query without its page and its opened entry.
func (q recordQuery) values() url.Values {
	v := url.Values{}
	for _, x := range [][2]string{{"release", q.Release}, {"action", q.Action}, {"person", q.Person}, {"since", q.Since}, {"until", q.Until}, {"order", q.Order}} {
		if x[1] != "" {
			v.Set(x[0], x[1])
		}
	}
	return v
}

func (q recordQuery) narrowed() bool {
	return q.Action != "" || q.Person != "" || q.Since != "" || q.Until != "" || q.Release != ""
}

type recordView struct {
	reader.Reader
	q        recordQuery
	base     string        // address of the page
	release  *plan.Release // nil for the whole installation
	entries  []home.Entry
	newer    string // addresses of the pages beside
	older    string
	head     ledger.Head
	check    *ledger.Checkpoint
	opened   *home.Opened
	people   map[id.Person]auth.Person // whom the opened entry names
	caller   []ui.Option
	noExport string // why the record cannot be exported
	noVerify string
}

func (p *Pages) whole(w http.ResponseWriter, r *http.Request) error {
	v, err := p.read(r, "")
	if err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Record", Nav: "record", Live: []string{"releases"}, Body: recordPage(v)})
}

func (p *Pages) ofRelease(w http.ResponseWriter, r *http.Request) error {
	v, err := p.read(r, r.PathValue("ref"))
	if err != nil {
		return err
	}
	return p.o.Release(w, r, v.release.Key, "record", web.Page{Title: "Record", Body: recordBody(v)})
}

// read gathers a page of the record, of a release or of everything that the viewer may see.
func (p *Pages) read(r *http.Request, ref string) (recordView, error) {
	v := recordView{Reader: reader.Of(r.Context(), p.db.Clock().Now()), base: "/record"}
	if err := web.Query(r, &v.q); err != nil {
		return v, err
	}
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		if ref != "" {
			rel, err := plan.ReleaseByRef(tx, ref)
			if err != nil {
				return err
			}
			v.release, v.base, v.q.Release = &rel, "/releases/"+url.PathEscape(rel.Key)+"/record", ""
		}
		for _, fill := range []func(*db.Tx) error{v.fillEntries, v.fillHead, v.fillOpened, v.fillPeople, v.fillChoices, v.fillRights} {
			if err := fill(tx); err != nil {
				return err
			}
		}
		return nil
	})
	return v, err
}

func (v *recordView) filter() (home.Filter, error) {
	f := home.Filter{Release: v.q.Release, Action: v.q.Action, Person: v.q.Person, After: -1, Limit: entriesShown + 1, Newest: v.newest()}
	if v.release != nil {
		f.Release = string(v.release.ID)
	}
	for field, x := range map[string]struct {
		text string
		days int
		to   *db.Time
	}{"since": {v.q.Since, 0, &f.Since}, "until": {v.q.Until, 1, &f.Until}} {
		if x.text == "" {
			continue
		}
		t, err := ui.ParseDate(field, x.text, v.Zone)
		if err != nil {
			return f, err
		}
		*x.to = db.At(t.AddDate(0, 0, x.days))
	}
	var err error
	switch {
	case v.q.Before != "":
		f.Newest = true
		f.Before, err = home.ParseSeq("before", v.q.Before)
		if err == nil && f.Before == 0 {
			err = errs.InvalidField("before", "record.seq_malformed", "Nothing is before the first entry.")
		}
	case v.q.After != "":
		f.Newest = false
		f.After, err = home.ParseSeq("after", v.q.After)
	}
	return f, err
}

func (v *recordView) newest() bool { return v.q.Order != "oldest" }

func (v *recordView) fillEntries(tx *db.Tx) error {
	f, err := v.filter()
	if err != nil {
		return err
	}
	es, err := home.Entries(tx, f)
	if err != nil {
		return err
	}
	more := len(es) > entriesShown
	es = es[:min(len(es), entriesShown)]
	if f.Newest != v.newest() {
		slices.Reverse(es)
	}
	v.entries = es
	if len(es) == 0 {
		return nil
	}
	low, high := es[0].Seq, es[0].Seq
	for _, e := range es {
		low, high = min(low, e.Seq), max(high, e.Seq)
	}
	// Read backwards there may be newer ones behind the page, read forwards older ones.
	if f.Newest && more || !f.Newest && (v.q.After != "") {
		v.older = v.page("before", low)
	}
	if !f.Newest && more || f.Newest && v.q.Before != "" {
		v.newer = v.page("after", high)
	}
	return home.Named(tx, es)
}

func (v *recordView) page(name string, seq int64) string {
	q := v.q.values()
	q.Set(name, strconv.FormatInt(seq, 10))
	return v.base + "?" + q.Encode()
}

// open is the address of the page with an entry opened.
func (v recordView) open(seq int64) string {
	q := v.q.values()
	for _, x := range [][2]string{{"before", v.q.Before}, {"after", v.q.After}} {
		if x[1] != "" {
			q.Set(x[0], x[1])
		}
	}
	q.Set("entry", strconv.FormatInt(seq, 10))
	return v.base + "?" + q.Encode()
}

func (v *recordView) fillHead(tx *db.Tx) (err error) {
	if v.head, err = ledger.HeadOf(tx); err != nil {
		return err
	}
	c, err := ledger.Newest(tx)
	if errs.Is(err, errs.CodeNotFound) {
		return nil
	}
	v.check = &c
	return err
}

func (v *recordView) fillOpened(tx *db.Tx) error {
	if v.q.Entry == "" {
		return nil
	}
	seq, err := home.ParseSeq("entry", v.q.Entry)
	if err != nil {
		return err
	}
	o, err := home.Open(tx, seq)
	if err != nil {
		return err
	}
	v.opened = &o
	return nil
}

// namesMost is how many identifiers of a page are looked up for a name.
const namesMost = 300

// fillPeople looks up whom the values that the page shows name, in one statement.
func (v *recordView) fillPeople(tx *db.Tx) (err error) {
	var ids []id.Person
	add := func(ds []home.Difference) {
		for _, d := range ds {
			for _, s := range []string{d.Before, d.After} {
				if id.Is(s) && len(ids) < namesMost && !slices.Contains(ids, id.Person(s)) {
					ids = append(ids, id.Person(s))
				}
			}
		}
	}
	if v.opened != nil {
		add(v.opened.Differences())
		add(v.opened.Values())
	}
	for _, e := range v.entries {
		add(e.Differences())
	}
	v.people, err = auth.PeopleByID(tx, ids...)
	return err
}

// fillChoices lists those who can be filtered for.
func (v *recordView) fillChoices(tx *db.Tx) error {
	v.caller = []ui.Option{{Text: "Actor: anyone"}}
	all, err := auth.EachPerson(tx)
	for _, x := range all[:min(len(all), 500)] {
		v.caller = append(v.caller, ui.Option{Value: x.Key, Text: x.Name})
	}
	return err
}

func (v *recordView) fillRights(tx *db.Tx) error {
	scope := auth.Everywhere
	if v.release != nil {
		scope = plan.Scope(*v.release)
	}
	export, err := auth.Allowed(tx, "record.export", scope)
	if err != nil {
		return err
	}
	if !export {
		v.noExport = "release managers and auditors export the record."
	}
	verify, err := may(tx, "record.verify")
	if !verify {
		v.noVerify = "auditors and administrators verify the record."
	}
	return err
}

func (v recordView) export() string {
	if v.release != nil {
		return "/api/v1/releases/" + url.PathEscape(v.release.Key) + "/record/export"
	}
	return "/api/v1/ledger/export"
}

// number writes the number of an entry: "#48 216".
func number(seq int64) string {
	s := strconv.FormatInt(seq, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return "#" + s
}

// covered reports whether an entry is under the newest checkpoint.
func (v recordView) covered(e home.Entry) bool { return v.check != nil && e.Seq < v.check.Size }

// group names the rows that begin with an entry, "" where it is in the group of the row before.
func (v recordView) group(n int) string {
	now := v.covered(v.entries[n])
	if n > 0 && v.covered(v.entries[n-1]) == now {
		return ""
	}
	if !now {
		return "Not yet under a checkpoint"
	}
	return "Under the checkpoint of " + v.Near(v.check.At) + ", tree of " + strings.TrimPrefix(number(v.check.Size), "#")
}

func (v recordView) time(e home.Entry) string {
	t := e.At.Std().In(v.Zone)
	if now := v.Now.In(v.Zone); t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return t.Format("15:04:05")
	}
	return ui.Date(e.At.Std(), v.Now, v.Zone) + ", " + t.Format("15:04")
}

func (v recordView) moment(t db.Time) string {
	at := t.Std().In(v.Zone)
	return ui.LongDate(t.Std(), v.Zone) + ", " + at.Format("15:04:05.000") + " " + ui.ZoneName(t.Std(), v.Zone)
}

// by says who did it, and through what.
func by(e home.Entry) string {
	switch {
	case e.Actor.Kind == ledger.KindToken:
		return e.Who + ", by a token"
	case e.Actor.Kind == ledger.KindJob:
		return "Slipway"
	}
	return e.Who
}

// brief returns the first values that an entry changed, before and after, as the table shows them.
func (v recordView) brief(e home.Entry) (before, after string) {
	ds := e.Differences()
	if made(ds) { // the sentence says what was made; the first of all its members would say nothing
		return "", ""
	}
	for _, d := range ds {
		if v.value(d.Before) == "" && v.value(d.After) == "" {
			continue
		}
		before, after = v.value(d.Before), v.value(d.After)
		break
	}
	if len(ds) > 1 {
		after += " (+" + strconv.Itoa(len(ds)-1) + ")"
	}
	if len(ds) == 0 {
		for _, x := range e.Values() {
			switch x.Path {
			case "from":
				before = x.After
			case "to", "answer", "answer.answer", "outcome", "version", "reason", "digest":
				if after == "" {
					after = v.value(x.After)
				}
			}
		}
	}
	return clip(before, 60), clip(after, 60)
}

// made reports whether differences are those of something new with many members.
func made(ds []home.Difference) bool {
	return len(ds) > 3 && !slices.ContainsFunc(ds, func(d home.Difference) bool { return d.Before != "" })
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// value writes a value of a payload for people: names for identifiers of persons, instants in the viewer's zone, digests
// shortened.
func (v recordView) value(s string) string {
	if id.Is(s) {
		if p, ok := v.people[id.Person(s)]; ok {
			return p.Name
		}
		return s[:8] + "…"
	}
	if len(s) > 18 && strings.HasSuffix(s, "Z") {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return ui.Instant(t, v.Now, v.Zone)
		}
	}
	if strings.HasPrefix(s, "sha256:") {
		return ui.Digest(s)
	}
	if b, err := hex.DecodeString(s); err == nil && len(b) == sha256.Size {
		return ui.Digest("sha256:" + s)
	}
	return s
}

// label writes the path of a value: "window.start" is "window, start".
func label(path string) string {
	return strings.NewReplacer(".[", ", ", "[", ", ", "]", "", ".", ", ").Replace(path)
}

func (v recordView) parts() []uiverdict.DiffPart {
	var out []uiverdict.DiffPart
	for _, d := range v.opened.Differences() {
		p := uiverdict.DiffPart{Section: label(d.Path)}
		if d.Before != "" {
			p.Del = []string{v.value(d.Before)}
		}
		if d.After != "" {
			p.Ins = []string{v.value(d.After)}
		}
		out = append(out, p)
	}
	return out
}

func (v recordView) values() []ui.Fact {
	var out []ui.Fact
	for _, d := range v.opened.Values() {
		if len(out) == 24 {
			return append(out, ui.Fact{Key: "…", Value: "The export holds the rest."})
		}
		out = append(out, ui.Fact{Key: label(d.Path), Value: clip(v.value(d.After), 300)})
	}
	return out
}

func (v recordView) picture() draw.SVG {
	path := make([]draw.ProofNode, len(v.opened.Path))
	for i, n := range v.opened.Path {
		path[i] = draw.ProofNode{Hash: n.Hash, Sibling: n.Sibling}
	}
	return draw.Proof("entry "+strings.TrimPrefix(number(v.opened.Seq), "#"), path)
}

func (p *Pages) prove(w http.ResponseWriter, r *http.Request) error {
	seq, err := home.ParseSeq("entry", r.PathValue("seq"))
	if err != nil {
		return err
	}
	var in struct {
		Back string `form:"back"`
	}
	if err := p.site.Form(r, &in); err != nil {
		return err
	}
	if _, err := p.record.Proof(r.Context(), seq); err != nil {
		return err
	}
	return p.site.Redirect(w, r, in.Back, web.Toast{Title: "Checkpoint signed", Text: "It covers " + number(seq) + ".", State: ui.Go})
}

// commands check the export of this record on any machine.
func (v recordView) commands() string {
	of := ""
	if v.release != nil {
		of = v.release.Key + " "
	}
	return "$ slipway ledger export " + of + "--to record.jsonl\n$ slipway verify record.jsonl --key KEY"
}
