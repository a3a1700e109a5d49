package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"slipway/client"
)

type planShow struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run shows a schedule.
func (c *planShow) Run(s *Session) error { return s.schedule(c.Release, false) }

type planLevel struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run shows a levelled schedule.
func (c *planLevel) Run(s *Session) error { return s.schedule(c.Release, true) }

func (s *Session) schedule(release string, levelled bool) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.Schedule(s.Context(), release, levelled)
	if err != nil {
		return err
	}
	if err := s.Print(x, func() *Table { return scheduled(x) }); err != nil || s.JSON() {
		return err
	}
	return s.tell(ready(x)...)
}

func scheduled(x client.Schedule) *Table {
	t := &Table{Heads: []string{"TASK", "STATUS", "START (UTC)", "FINISH (UTC)", "LATE FINISH (UTC)", "FLOAT", "CRITICAL", "WAITS FOR"}, Empty: "The release has no tasks. Add one with slipway task add."}
	for _, k := range x.Tasks {
		critical, why := "", ""
		if k.Critical {
			critical = "yes"
		}
		if d := k.Driver; d != nil {
			why = strings.TrimSpace(d.Cause + " " + d.Task + " " + d.Type)
		}
		float := ""
		if k.LateFinish != nil {
			float = signed(k.Float)
		}
		t.Add(k.Key, k.Status, minutes(k.Start), minutes(k.Finish), minutes(k.LateFinish), float, critical, why)
	}
	return t
}

// ready says what a schedule comes to.
func ready(x client.Schedule) []string {
	var out []string
	if x.Ready != nil {
		line := "The work before the window can be finished at " + minutes(x.Ready) + "Z"
		switch {
		case x.Margin != nil && *x.Margin < 0:
			line += ", " + short(-*x.Margin) + " after the window opens."
		case x.Margin != nil:
			line += ", " + short(*x.Margin) + " before the window opens."
		default:
			line += "."
		}
		out = append(out, line)
	}
	if len(x.Critical) > 0 {
		out = append(out, "Critical chain: "+strings.Join(x.Critical, ", ")+".")
	}
	if x.Vague > 0 {
		out = append(out, fmt.Sprintf("Open tasks without an estimate, which count for nothing: %d.", x.Vague))
	}
	if x.Unreached > 0 {
		out = append(out, fmt.Sprintf("Open tasks whose owners have no working time left: %d.", x.Unreached))
	}
	for _, m := range x.Marks {
		if m.Late && m.Kind == "milestone" {
			out = append(out, fmt.Sprintf("%s is planned for %sZ and can be reached at %sZ.", m.Name, minutes(m.Planned), minutes(m.Finish)))
		}
	}
	for _, k := range x.Shortages {
		out = append(out, fmt.Sprintf("A task uses %d of the %s %s, of which there are %d.", k.Need, k.Kind, k.Key, k.Have))
	}
	return out
}

// tell writes sentences to a person, one a line.
func (s *Session) tell(lines ...string) error {
	for _, l := range lines {
		if _, err := fmt.Fprintln(s.Out(), plain(l)); err != nil {
			return err
		}
	}
	return nil
}

// signed writes minutes of either sign: -1h30m.
func signed(m int64) string {
	if m < 0 {
		return "-" + short(-m)
	}
	return short(m)
}

type planForecast struct {
	Release string `arg:"" help:"Key of the release."`
	Now     bool   `help:"Make a new forecast now."`
	Samples int    `placeholder:"N" help:"With --now: how many times durations are drawn; 10000 without it."`
	Seed    uint64 `placeholder:"S" help:"With --now: the same seed gives the same forecast."`
}

// Run shows a forecast.
func (c *planForecast) Run(s *Session) error {
	if !c.Now && (c.Samples != 0 || c.Seed != 0) {
		return Usage("--samples and --seed need --now")
	}
	api, err := s.Client()
	if err != nil {
		return err
	}
	var f client.Forecast
	if c.Now {
		f, err = api.MakeForecast(s.Context(), c.Release, c.Samples, c.Seed)
	} else {
		f, err = api.Forecast(s.Context(), c.Release)
	}
	if err != nil {
		return err
	}
	return s.Print(f, func() *Table { return forecast(f) })
}

type planForecasts struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run lists the forecasts that were made.
func (c *planForecasts) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	all, err := api.Forecasts(s.Context(), c.Release)
	if err != nil {
		return err
	}
	return s.Print(all, func() *Table {
		t := &Table{Heads: []string{"MADE (UTC)", "CHANCE", "WINDOW (UTC)", "P50 (UTC)", "P80 (UTC)", "P95 (UTC)"}, Empty: "No forecast of the release has been made yet."}
		for _, x := range all {
			t.Add(minutes(&x.At), odds(x.Chance), minutes(x.Window), minutes(x.P50), minutes(x.P80), minutes(x.P95))
		}
		return t
	})
}

func odds(p *float64) string {
	if p == nil {
		return ""
	}
	return strconv.Itoa(int(*p*100+0.5)) + " %"
}

func forecast(f client.Forecast) *Table {
	t := &Table{}
	stale := ""
	switch {
	case f.Changed:
		stale = " (something has changed since)"
	case f.Stale:
		stale = " (of an earlier day)"
	}
	t.Add("made (UTC)", minutes(&f.At)+stale)
	for _, row := range []struct {
		name string
		at   *time.Time
	}{{"P50 (UTC)", f.P50}, {"P80 (UTC)", f.P80}, {"P95 (UTC)", f.P95}, {"window (UTC)", f.Window}} {
		t.Add(row.name, minutes(row.at))
	}
	t.Add("chance to make it", odds(f.Chance))
	if f.Done != nil {
		t.Add("work done (UTC)", minutes(f.Done))
	}
	if b := f.Before; b != nil {
		t.Add("before, "+minutes(&b.At), fmt.Sprintf("%s by %s, P80 %s; tasks changed since: %d", odds(b.Chance), minutes(b.Window), minutes(b.P80), b.Tasks))
	}
	for _, m := range f.Milestones {
		t.Add("milestone "+m.Key, strings.TrimSpace(odds(m.Chance)+" by "+minutes(m.Planned)+", P80 "+minutes(m.P80)))
	}
	for i, d := range f.Drivers {
		if i == 5 {
			break
		}
		t.Add("driven by "+d.Task, fmt.Sprintf("decides in %.0f %%; P80 is %s earlier if it goes well", 100*d.Critical, short(d.Gain)))
	}
	return t
}

type planWish struct {
	Release string   `arg:"" help:"Key of the release."`
	By      string   `placeholder:"T" help:"When the work has to be done: RFC 3339, or local time; the window's start without it."`
	Zone    string   `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
	Chance  float64  `default:"0.8" help:"How likely it has to be, above 0 and up to 1."`
	Move    []string `placeholder:"KIND:TASK:HOURS=COST" help:"What may be done: drop:KEY=COST, item:KEY=COST to drop a scope item, person:KEY=COST, shorten:KEY:HOURS=COST, earlier:KEY:HOURS=COST or later:HOURS=COST; may be given again. The usual moves without any."`
}

// Run asks what must be true.
func (c *planWish) Run(s *Session) error {
	in := client.Wish{Chance: c.Chance}
	for _, text := range c.Move {
		m, err := move(text)
		if err != nil {
			return err
		}
		in.Moves = append(in.Moves, m)
	}
	api, err := s.Client()
	if err != nil {
		return err
	}
	if c.By != "" {
		t, err := s.instant("--by", c.By, c.Zone)
		if err != nil {
			return err
		}
		in.By = &t
	}
	a, err := api.AskWish(s.Context(), c.Release, in)
	if err != nil {
		return err
	}
	if err := s.Print(a, func() *Table { return wished(a) }); err != nil || s.JSON() {
		return err
	}
	line := fmt.Sprintf("As things are, the chance to be done by %sZ is %s; P80 is %sZ. Wanted is %s.", minutes(&a.By), odds(&a.Chance), minutes(&a.P80), odds(&a.Wanted))
	if !a.Kept {
		line += " No forecast holds for that, so it was drawn anew."
	}
	if len(a.Sets) == 0 {
		line += fmt.Sprintf(" Everything together brings %s.", odds(&a.All))
	}
	return s.tell(line)
}

func wished(a client.WishAnswer) *Table {
	t := &Table{Heads: []string{"WHAT IS ENOUGH", "COST", "CHANCE", "P80 (UTC)"}, Empty: "No set of these moves is enough."}
	for _, set := range a.Sets {
		var words []string
		for _, m := range set.Moves {
			words = append(words, a.Moves[m].Text)
		}
		if len(words) == 0 {
			words = []string{"Nothing has to be done."}
		}
		t.Add(strings.Join(words, " "), strconv.FormatFloat(set.Cost, 'f', -1, 64), odds(&set.Chance), minutes(set.P80))
	}
	return t
}

// move reads KIND:TASK:HOURS=COST.
func move(text string) (client.Move, error) {
	wrong := Usage("--move %s: give it as drop:KEY=COST, item:KEY=COST, person:KEY=COST, shorten:KEY:HOURS=COST, earlier:KEY:HOURS=COST or later:HOURS=COST", text)
	what, cost, priced := strings.Cut(text, "=")
	parts := strings.Split(what, ":")
	m := client.Move{Kind: parts[0]}
	wanted := map[string]int{"drop": 2, "item": 2, "person": 2, "shorten": 3, "earlier": 3, "later": 2}[m.Kind]
	if len(parts) != wanted {
		return m, wrong
	}
	var err error
	switch m.Kind {
	case "item":
		m.Kind, m.Item = "drop", parts[1]
	case "later":
	default:
		m.Task = parts[1]
	}
	if m.Kind == "later" || wanted == 3 {
		if m.Hours, err = strconv.ParseFloat(parts[wanted-1], 64); err != nil || !(m.Hours >= 0) {
			return m, wrong
		}
	}
	if priced {
		if m.Cost, err = strconv.ParseFloat(cost, 64); err != nil || !(m.Cost >= 0) {
			return m, wrong
		}
	}
	return m, nil
}
