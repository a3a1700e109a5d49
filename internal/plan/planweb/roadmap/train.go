package roadmap

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/train"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiform"
	"slipway/internal/platform/web"
)

// timetable is the page of a train.
type timetable struct {
	look
	train.Timetable
	owner string
	why   string // why the viewer may not change it
	verb  string // of the form that had faults
	err   ui.Errors
	said  string
}

func (p *Pages) train(w http.ResponseWriter, r *http.Request) error {
	v := timetable{look: p.look(r.Context())}
	if err := p.fillTrain(r.Context(), &v, r.PathValue("train")); err != nil {
		return err
	}
	return p.site.Render(w, r, v.page())
}

func (v timetable) page() web.Page {
	return web.Page{Title: v.Name + " train", Nav: "roadmap", Live: []string{"train/" + string(v.ID), "freezes"}, Body: trainBody(v)}
}

func (p *Pages) fillTrain(ctx context.Context, v *timetable, ref string) (err error) {
	if v.Timetable, err = p.trains.Get(ctx, ref); err != nil {
		return err
	}
	return p.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		if v.why, err = whyNotIn(tx, "train.edit", catalog.Scope(v.Product)); err != nil {
			return err
		}
		who, err := auth.PersonByID(tx, v.Owner)
		v.owner = who.Name
		if errs.Is(err, errs.CodeNotFound) {
			err = nil
		}
		return err
	})
}

func (v timetable) state() (ui.State, string) {
	switch {
	case v.State == train.StatePaused:
		return ui.Hold, "Paused"
	case v.State == train.StateClosed:
		return ui.Skip, "Closed"
	case v.Fault != "":
		return ui.NoGo, "Stopped by a fault"
	}
	return ui.Go, "Runs"
}

func (v timetable) facts() []ui.Fact {
	state, word := v.state()
	lead := "its window"
	out := []ui.Fact{
		{Key: "State", Body: ui.Status(state, word)}, {Key: "Product", Value: v.ProductName}, {Key: "Departs", Value: departs(v.RRule, v.Start) + " " + v.Train.Zone},
		{Key: "Rule", Body: ui.Mono(v.RRule)}, {Key: "Window", Value: string(v.Length)}, {Key: "Opens", Value: string(v.Lead) + " before " + lead},
		{Key: "Versions", Body: ui.Mono(v.Pattern)}, {Key: "Template", Body: ui.Mono(v.Template)}, {Key: "Environments", Value: strings.Join(v.Environments, ", ")},
		{Key: "Carries", Value: cmp.Or(carried(v.Services, ", "), "nothing of its own")},
		{Key: "On a freeze", Value: map[train.Frozen]string{train.Skip: "the date is left out", train.Shift: "the next free day", train.Ignore: "opened, and the conflict shown"}[v.Frozen]},
	}
	if len(v.Skips) > 0 {
		out = append(out, ui.Fact{Key: "Left out", Value: strings.Join(v.Skips, ", ")})
	}
	if v.owner != "" {
		out = append(out, ui.Fact{Key: "Owner", Body: ui.Who(ui.Person{ID: string(v.Owner), Name: v.owner})})
	}
	return out
}

// outcome returns the shape and the words of a date of the train.
func (v timetable) outcome(d train.Departure) (ui.State, string) {
	switch {
	case d.Outcome == train.OutcomeSkipped:
		return ui.Skip, "Left out"
	case d.Outcome == train.OutcomeOpened:
		return ui.Go, "Opened"
	case v.State != train.StateRunning:
		return ui.Wait, "Waits for the train"
	}
	return ui.Wait, "Opens " + v.Mid(d.OpensAt)
}

// in writes an instant in the zone of the train, where that is not the viewer's.
func (v timetable) local(t db.Time) string {
	if t.IsZero() {
		return "–"
	}
	return ui.Instant(t.Std(), v.Now, v.Zone)
}

func (p *Pages) turnTrain(w http.ResponseWriter, r *http.Request) error {
	v := timetable{look: p.look(r.Context()), verb: r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]}
	do := map[string]func(context.Context, string, int64, string) (train.Timetable, error){"pause": p.trains.Pause, "resume": p.trains.Resume, "close": p.trains.Close}[v.verb]
	return p.actTrain(w, r, v, func(ctx context.Context, ref string, rev int64, reason string) (web.Toast, error) {
		t, err := do(ctx, ref, rev, reason)
		return web.Toast{State: ui.Go, Title: "The train is " + string(t.State)}, err
	})
}

func (p *Pages) openTrain(w http.ResponseWriter, r *http.Request) error {
	v := timetable{look: p.look(r.Context()), verb: "open"}
	return p.actTrain(w, r, v, func(ctx context.Context, ref string, rev int64, _ string) (web.Toast, error) {
		x, err := p.trains.Open(ctx, ref, rev)
		return web.Toast{State: ui.Go, Title: x.Name + " is open", Text: "It is a draft and can be filled."}, err
	})
}

func (p *Pages) actTrain(w http.ResponseWriter, r *http.Request, v timetable, do func(context.Context, string, int64, string) (web.Toast, error)) error {
	var in struct {
		Rev    int64  `form:"rev"`
		Reason string `form:"reason"`
	}
	ref := r.PathValue("train")
	err := p.site.Form(r, &in)
	var t web.Toast
	if err == nil {
		t, err = do(r.Context(), ref, in.Rev, in.Reason)
	}
	if err == nil {
		return p.site.Redirect(w, r, trainURL(ref), t)
	}
	if fault := p.fillTrain(r.Context(), &v, ref); fault != nil {
		return fault
	}
	v.err, v.said = ui.ErrorsOf(err), in.Reason
	return p.site.Again(w, r, err, v.page())
}

func (v timetable) of(verb string) ui.Errors {
	if v.verb == verb {
		return v.err
	}
	return ui.Errors{}
}

// stating is what the form of a train sends.
type stating struct {
	Rev          int64    `form:"rev"`
	Key          string   `form:"key"`
	Product      string   `form:"product"`
	Name         string   `form:"name"`
	Text         string   `form:"text"`
	Template     string   `form:"template"`
	Start        string   `form:"start"`
	Zone         string   `form:"zone"`
	RRule        string   `form:"rrule"`
	Length       string   `form:"length"` // as typed: what is wrong with it the train says
	Lead         string   `form:"lead"`
	Pattern      string   `form:"pattern"`
	Number       int64    `form:"number"`
	Frozen       string   `form:"frozen"`
	Skips        string   `form:"skips"`
	Environments []string `form:"environments"`
	Services     string   `form:"services"`
	Owner        string   `form:"owner"`
	Preview      string   `form:"preview"`
}

// trainForm is the page of the form.
type trainForm struct {
	look
	key     string // of the train that is changed; "" for a new one
	in      stating
	err     ui.Errors
	stale   string
	preview []train.Departure

	products, templates, environments, people []ui.Option
}

func words(s string) []string {
	return strings.FieldsFunc(s, func(c rune) bool { return c == ',' || c == ' ' || c == '\n' || c == '\r' })
}

// carried writes what the releases of a train carry, one after the other.
func carried(list []train.Carried, between string) string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.String()
	}
	return strings.Join(out, between)
}

func (in stating) spec() train.Spec {
	var services []train.Carried
	for _, w := range words(in.Services) {
		services = append(services, train.ReadCarried(w))
	}
	return train.Spec{Key: in.Key, Product: in.Product, Name: in.Name, Text: in.Text, Template: in.Template, Cadence: train.Cadence{Start: in.Start, Zone: in.Zone, RRule: in.RRule, Length: plan.Span(strings.TrimSpace(in.Length))},
		Lead: plan.Span(strings.TrimSpace(in.Lead)), Pattern: in.Pattern, Number: in.Number, Frozen: train.Frozen(in.Frozen), Skips: words(in.Skips), Environments: uiform.Picked(in.Environments), Services: services, Owner: in.Owner}
}

func (v trainForm) page() web.Page {
	title := "Add a train"
	if v.key != "" {
		title = "Change the train " + v.key
	}
	return web.Page{Title: title, Nav: "roadmap", Body: trainFormBody(v)}
}

// services is what is wrong with the services: the first fault of any line.
func (v trainForm) services() string {
	out := v.err.Of("services")
	for i := range words(v.in.Services) {
		out = cmp.Or(out, v.err.Of(fmt.Sprintf("services[%d].service", i)), v.err.Of(fmt.Sprintf("services[%d].version", i)))
	}
	return out
}

// placesErr is what is wrong with the environments: the first fault of any.
func (v trainForm) placesErr() string {
	out := v.err.Of("environments")
	for i := range v.in.Environments {
		out = cmp.Or(out, v.err.Of(fmt.Sprintf("environments[%d]", i)))
	}
	return out
}

func (v trainForm) action() string {
	if v.key == "" {
		return trainPath + "/new"
	}
	return trainURL(v.key, "edit")
}

func (v trainForm) back() string {
	if v.key == "" {
		return path + "#trains"
	}
	return trainURL(v.key)
}

func (p *Pages) askTrain(w http.ResponseWriter, r *http.Request) error {
	v := trainForm{look: p.look(r.Context()), key: r.PathValue("train"),
		in: stating{Zone: "Europe/Copenhagen", RRule: "FREQ=WEEKLY;INTERVAL=4", Length: "2h", Lead: "3w", Pattern: "{yy}.{m}.0", Template: "standard", Frozen: string(train.Skip)}}
	v.in.Zone = v.Zone.String()
	if err := p.offerTrain(r.Context(), &v, true); err != nil {
		return err
	}
	return p.site.Render(w, r, v.page())
}

// offerTrain reads what can be chosen, and where asked for what is stated now.
func (p *Pages) offerTrain(ctx context.Context, v *trainForm, stated bool) error {
	ps, err := p.catalog.Products(ctx, catalog.Filter{Limit: 200})
	if err != nil {
		return err
	}
	for _, x := range ps {
		v.products = append(v.products, ui.Option{Value: x.Key, Text: x.Name})
	}
	if len(v.products) == 0 {
		v.products = []ui.Option{{Text: "There is no product yet"}}
	}
	if err := p.offerParts(ctx, v); err != nil {
		return err
	}
	return p.db.Read(ctx, func(tx *db.Tx) (err error) {
		if err := readStated(tx, v, stated); err != nil {
			return err
		}
		v.keepTemplate()
		v.people, err = reader.People(tx, "You", v.in.Owner)
		return err
	})
}

// readStated reads the train that is changed, and checks that the viewer may; of a new one there is nothing to read.
func readStated(tx *db.Tx, v *trainForm, stated bool) error {
	if v.key == "" {
		return somewhere(tx, "train.edit")
	}
	t, err := train.ByRef(tx, v.key)
	if err != nil {
		return err
	}
	if err := auth.Check(tx, "train.edit", catalog.Scope(t.Product)); err != nil || !stated {
		return err
	}
	owner, err := auth.PersonByID(tx, t.Owner)
	if err != nil && !errs.Is(err, errs.CodeNotFound) {
		return err
	}
	v.in = stating{Rev: t.Rev, Key: t.Key, Product: t.ProductKey, Name: t.Name, Text: t.Text, Template: t.Template, Start: t.Start, Zone: t.Zone, RRule: t.RRule, Length: string(t.Length), Lead: string(t.Lead),
		Pattern: t.Pattern, Number: t.Number, Frozen: string(t.Frozen), Skips: strings.Join(t.Skips, ", "), Environments: t.Environments, Services: carried(t.Services, "\n"), Owner: owner.Key}
	return nil
}

// offerParts reads of what the releases of a train can be made, and where they can go.
func (p *Pages) offerParts(ctx context.Context, v *trainForm) error {
	ts, err := p.plans.Templates(ctx)
	if err != nil && !errs.Is(err, errs.CodeForbidden) {
		return err
	}
	for _, x := range ts {
		v.templates = append(v.templates, ui.Option{Value: x.Key, Text: x.Name})
	}
	es, err := p.catalog.Environments(ctx)
	if err != nil && !errs.Is(err, errs.CodeForbidden) {
		return err
	}
	for _, x := range es {
		v.environments = append(v.environments, ui.Option{Value: x.Key, Text: x.Name})
	}
	return nil
}

// keepTemplate lets the template that is stated be chosen, whether or not the viewer sees it.
func (v *trainForm) keepTemplate() {
	if !slices.ContainsFunc(v.templates, func(o ui.Option) bool { return o.Value == v.in.Template }) {
		v.templates = append(v.templates, ui.Option{Value: v.in.Template, Text: v.in.Template})
	}
}

func (p *Pages) addTrain(w http.ResponseWriter, r *http.Request) error {
	return p.saveTrain(w, r, func(ctx context.Context, in stating) (train.Timetable, error) { return p.trains.Add(ctx, in.spec()) })
}

func (p *Pages) setTrain(w http.ResponseWriter, r *http.Request) error {
	ref := r.PathValue("train")
	return p.saveTrain(w, r, func(ctx context.Context, in stating) (train.Timetable, error) {
		return p.trains.Set(ctx, ref, in.Rev, in.spec())
	})
}

// saveTrain keeps what the form states, shows its dates where only those are asked for, or shows it again with what is wrong.
func (p *Pages) saveTrain(w http.ResponseWriter, r *http.Request, save func(context.Context, stating) (train.Timetable, error)) error {
	v := trainForm{look: p.look(r.Context()), key: r.PathValue("train")}
	err := p.site.Form(r, &v.in)
	var t train.Timetable
	switch {
	case err != nil:
	case v.in.Preview != "":
		v.preview, err = p.trains.Preview(r.Context(), v.in.spec())
	default:
		t, err = save(r.Context(), v.in)
	}
	if err == nil && v.in.Preview == "" {
		return p.site.Redirect(w, r, trainURL(t.Key), web.Toast{State: ui.Go, Title: "The train is saved"})
	}
	if fault := p.offerTrain(r.Context(), &v, false); fault != nil {
		return fault
	}
	if err == nil {
		return p.site.Render(w, r, v.page())
	}
	v.err = ui.ErrorsOf(err)
	if errs.ReasonOf(err) == "row.stale" {
		v.stale, v.err = errs.As(err).Msg, ui.Errors{}
		if theirs, ok := errs.As(err).Theirs.(train.Train); ok {
			v.in.Rev = theirs.Rev
		}
	}
	return p.site.Again(w, r, err, v.page())
}

// when is the start of a date's window, or the date itself where it is left out.
func when(d train.Departure) db.Time {
	if d.Window.IsZero() {
		return d.At
	}
	return d.Window.Start
}

// name is what a date of a train is called.
func name(d train.Departure) string {
	switch {
	case d.ReleaseName != "":
		return d.ReleaseName
	case d.Version != "":
		return d.Version
	}
	return "–"
}

func releaseURL(d train.Departure) string {
	if d.ReleaseKey == "" {
		return ""
	}
	return "/releases/" + d.ReleaseKey
}
