package cli

import (
	"strings"
	"time"

	"slipway/client"
)

type trainCommand struct {
	Add     trainAdd     `cmd:"" help:"Add a train, which opens releases by itself."`
	List    trainList    `cmd:"" help:"List trains with their next date."`
	Show    trainShow    `cmd:"" help:"Show a train with its dates."`
	Preview trainPreview `cmd:"" help:"Show when a train would depart, without keeping it."`
	Set     trainSet     `cmd:"" help:"Change a train."`
	Pause   trainPause   `cmd:"" help:"Pause a train."`
	Resume  trainResume  `cmd:"" help:"Resume a paused train."`
	Close   trainClose   `cmd:"" help:"Close a train for good; its releases stay."`
	Open    trainOpen    `cmd:"" help:"Open the next release of a train before its lead time."`
}

// trainStated is how a train is stated by flags.
type trainStated struct {
	Key         string   `arg:"" help:"Its key."`
	Product     string   `required:"" help:"Key of the product."`
	Start       string   `required:"" placeholder:"2026-12-03T21:00" help:"First window's start, in wall time of the zone."`
	Zone        string   `required:"" help:"IANA zone whose wall time is kept over clock changes: Europe/Copenhagen."`
	RRule       string   `name:"rrule" required:"" help:"How it recurs: FREQ=WEEKLY;INTERVAL=6."`
	Length      string   `required:"" placeholder:"2h" help:"Length of the window: 2h, 150m."`
	Lead        string   `required:"" placeholder:"3w" help:"How long before the window the release opens: 3w, 10d, 12h."`
	Pattern     string   `required:"" help:"How versions are made: {yy}.{m}.0, 26.{n}.0."`
	Number      int64    `help:"What {n} stands for next; 1 without it."`
	Name        string   `help:"Its name; that of the product without it."`
	Text        string   `help:"More about it."`
	Template    string   `help:"Key of the template of its releases; standard without it."`
	Frozen      string   `enum:"skip,shift,open" default:"skip" help:"What happens to a date that a hard freeze hits: skip, shift or open."`
	Skip        []string `placeholder:"2026-12-24" help:"A day on which it does not depart; may be given again."`
	Environment []string `help:"Key of an environment that its releases go to; those of the tier production without it; may be given again."`
	Service     []string `placeholder:"KEY=VERSION" help:"A service that its releases carry, and how its version is made; {version}, that of the release, without it; may be given again."`
	Owner       string   `help:"Key of the person who answers for its releases; you without it."`
}

func (c trainStated) train() client.NewTrain {
	return client.NewTrain{Key: c.Key, Product: c.Product, Name: c.Name, Text: c.Text, Template: c.Template, Start: c.Start, Zone: c.Zone, RRule: c.RRule, Length: c.Length, Lead: c.Lead,
		Pattern: c.Pattern, Number: c.Number, Frozen: c.Frozen, Skips: c.Skip, Environments: c.Environment, Services: carriedBy(c.Service), Owner: c.Owner}
}

// carriedBy reads services with the patterns of their versions: payments-api={train}.{n}.
func carriedBy(flags []string) []client.TrainService {
	var out []client.TrainService
	for _, f := range flags {
		service, version, _ := strings.Cut(f, "=")
		out = append(out, client.TrainService{Service: service, Version: version})
	}
	return out
}

type trainAdd struct {
	trainStated `embed:""`
}

// Run adds a train.
func (c *trainAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	t, err := api.AddTrain(s.Context(), c.train())
	if err != nil {
		return err
	}
	return s.Say(t, "The train %s runs%s.", t.Key, departs(t))
}

// departs says when the next release is opened, as the end of a sentence.
func departs(t client.Train) string {
	if t.OpensAt == nil {
		return ", and has no date any more"
	}
	return ": its next release opens " + minutes(t.OpensAt) + " UTC"
}

type trainPreview struct {
	trainStated `embed:""`
}

// Run shows when a train would depart.
func (c *trainPreview) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	ds, err := api.PreviewTrain(s.Context(), c.train())
	if err != nil {
		return err
	}
	return s.Print(ds, func() *Table { return departureTable(c.Zone, ds) })
}

// departureTable lists dates in wall time of the train's zone.
func departureTable(zone string, ds []client.TrainDeparture) *Table {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	local := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.In(loc).Format("2006-01-02 15:04 MST")
	}
	out := &Table{Heads: []string{"DATE", "VERSION", "WINDOW", "OPENS", "OUTCOME", "RELEASE", "WHY"}, Empty: "No date."}
	for _, d := range ds {
		var start *time.Time
		if d.Window != nil {
			start = &d.Window.Start
		}
		out.Add(local(&d.At), d.Version, local(start), local(d.OpensAt), d.Outcome, d.ReleaseKey, d.Reason)
	}
	return out
}

type trainList struct {
	Product string `help:"Only this product's."`
	Closed  bool   `help:"Closed ones as well."`
}

// Run lists trains.
func (c *trainList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	ts, err := api.Trains(s.Context(), c.Product, c.Closed)
	if err != nil {
		return err
	}
	return s.Print(ts, func() *Table {
		t := &Table{Heads: []string{"KEY", "PRODUCT", "STATE", "RULE", "NEXT (UTC)", "OPENS (UTC)", "FAULT"}, Empty: "No trains. Add one with slipway train add."}
		for _, x := range ts {
			t.Add(x.Key, x.ProductKey, x.State, x.RRule, minutes(x.NextAt), minutes(x.OpensAt), x.Fault)
		}
		return t
	})
}

type oneTrain struct {
	Train string `arg:"" help:"Its key."`
}

type trainShow struct {
	oneTrain `embed:""`
}

// Run shows a train.
func (c *trainShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	t, err := api.Train(s.Context(), c.Train)
	if err != nil {
		return err
	}
	all := make([]client.TrainDeparture, 0, len(t.Past)+len(t.Ahead))
	for i := len(t.Past) - 1; i >= 0; i-- {
		all = append(all, t.Past[i])
	}
	all = append(all, t.Ahead...)
	return s.Print(t, func() *Table {
		out := departureTable(t.Zone, all)
		for i, c := range t.Services {
			out.Note += [2]string{"Carries ", ", "}[min(i, 1)] + strings.TrimSuffix(c.Service+" "+c.Version, " {version}")
		}
		return out
	})
}

type trainSet struct {
	oneTrain    `embed:""`
	Start       *string  `help:"First window's start, in wall time of the zone."`
	Zone        *string  `help:"IANA zone whose wall time is kept."`
	RRule       *string  `name:"rrule" help:"How it recurs."`
	Length      *string  `help:"Length of the window."`
	Lead        *string  `help:"How long before the window the release opens."`
	Pattern     *string  `help:"How versions are made."`
	Number      int64    `help:"What {n} stands for next."`
	Name        *string  `help:"Its name."`
	Text        *string  `help:"More about it."`
	Template    *string  `help:"Key of the template of its releases."`
	Frozen      *string  `help:"What happens to a date that a hard freeze hits: skip, shift or open."`
	Skip        []string `placeholder:"2026-12-24" help:"A further day on which it does not depart; may be given again."`
	NoSkip      []string `placeholder:"2026-12-24" help:"A day on which it departs after all; may be given again."`
	Environment []string `help:"Keys of all environments that its releases go to; may be given again."`
	Service     []string `placeholder:"KEY=VERSION" help:"All services that its releases carry, with how their versions are made; may be given again."`
	NoService   bool     `help:"Its releases carry nothing of their own any more."`
	Owner       *string  `help:"Key of the person who answers for its releases."`
}

// Run changes a train.
func (c *trainSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	t, err := api.Train(s.Context(), c.Train)
	if err != nil {
		return err
	}
	in := t.Stated()
	for _, x := range []struct{ to, from *string }{{&in.Start, c.Start}, {&in.Zone, c.Zone}, {&in.RRule, c.RRule}, {&in.Length, c.Length}, {&in.Lead, c.Lead}, {&in.Pattern, c.Pattern},
		{&in.Name, c.Name}, {&in.Text, c.Text}, {&in.Template, c.Template}, {&in.Frozen, c.Frozen}, {&in.Owner, c.Owner}} {
		if x.from != nil {
			*x.to = *x.from
		}
	}
	if c.Number != 0 {
		in.Number = c.Number
	}
	in.Skips = append(in.Skips, c.Skip...)
	if len(c.NoSkip) > 0 {
		gone := " " + strings.Join(c.NoSkip, " ") + " "
		var kept []string
		for _, d := range in.Skips {
			if !strings.Contains(gone, " "+d+" ") {
				kept = append(kept, d)
			}
		}
		in.Skips = kept
	}
	if len(c.Environment) > 0 {
		in.Environments = c.Environment
	}
	if len(c.Service) > 0 || c.NoService {
		in.Services = carriedBy(c.Service)
	}
	if t, err = api.SetTrain(s.Context(), c.Train, in); err != nil {
		return err
	}
	return s.Say(t, "The train %s is changed%s.", t.Key, departs(t))
}

type trainPause struct {
	oneTrain `embed:""`
	Reason   string `required:"" help:"Why, as the record will say."`
}

// Run pauses a train.
func (c *trainPause) Run(s *Session) error { return s.turnTrain(c.Train, "pause", c.Reason) }

type trainResume struct {
	oneTrain `embed:""`
	Reason   string `help:"Why, as the record will say."`
}

// Run resumes a train.
func (c *trainResume) Run(s *Session) error { return s.turnTrain(c.Train, "resume", c.Reason) }

type trainClose struct {
	oneTrain `embed:""`
	Reason   string `required:"" help:"Why, as the record will say."`
}

// Run closes a train.
func (c *trainClose) Run(s *Session) error { return s.turnTrain(c.Train, "close", c.Reason) }

func (s *Session) turnTrain(train, verb, reason string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	t, err := api.TurnTrain(s.Context(), train, verb, 0, reason)
	if err != nil {
		return err
	}
	return s.Say(t, "The train %s is %s.", t.Key, t.State)
}

type trainOpen struct {
	oneTrain `embed:""`
}

// Run opens the next release.
func (c *trainOpen) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.OpenTrain(s.Context(), c.Train, 0)
	if err != nil {
		return err
	}
	return s.Say(r, "%s is opened as a draft.", r.Key)
}
