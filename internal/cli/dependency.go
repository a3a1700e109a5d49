package cli

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"slipway/client"
)

type dependencyCommand struct {
	Add      dependencyAdd      `cmd:"" help:"Record that one party gives something and another waits for it."`
	List     dependencyList     `cmd:"" help:"List dependencies, by when they are needed."`
	Show     dependencyShow     `cmd:"" help:"Show a dependency."`
	Set      dependencySet      `cmd:"" help:"Change what is stated about a dependency."`
	Answer   dependencyAnswer   `cmd:"" help:"Answer for the giver: agreed, at risk or delivered, and by when it is promised."`
	Withdraw dependencyWithdraw `cmd:"" help:"Say that a dependency is not needed any more, or not given."`
	Slip     dependencySlip     `cmd:"" help:"Show who is hit if a release slips, by how much and through which path."`
	Map      dependencyMap      `cmd:"" help:"Show what depends on what."`
}

type dependencyAdd struct {
	Giver    string `arg:"" help:"Who gives it: release:KEY, service:KEY, team:KEY or outside:NAME."`
	Taker    string `arg:"" help:"Who waits for it, in the same form."`
	What     string `required:"" help:"What is given, in a line."`
	Key      string `help:"Its key; made from the parties without it."`
	Text     string `help:"More about it."`
	Release  string `help:"Key of the release that it is for, or in which what is given changes; the taker's without it."`
	Type     string `enum:"finish-start,start-start,finish-finish,calls" default:"finish-start" help:"Which ends are tied together: finish-start, start-start or finish-finish; calls where the taker uses the giver all the time."`
	Lag      string `placeholder:"2d" help:"Time between the two ends: 2d, --lag=-4h."`
	Status   string `help:"How far it is: proposed, agreed, at-risk or delivered; proposed without it."`
	Note     string `help:"What is to be said of the status."`
	Owner    string `help:"Key of the person who looks after it."`
	Promised string `placeholder:"T" help:"When it is promised: RFC 3339, or local time."`
	Zone     string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run records a dependency.
func (c *dependencyAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewDependency{Key: c.Key, What: c.What, Text: c.Text, Giver: c.Giver, Taker: c.Taker, Release: c.Release, Type: c.Type, Lag: c.Lag, Status: c.Status, Note: c.Note, Owner: c.Owner}
	if c.Promised != "" {
		t, err := s.instant("--promised", c.Promised, c.Zone)
		if err != nil {
			return err
		}
		in.Promised = &t
	}
	d, err := api.AddDependency(s.Context(), in)
	if err != nil {
		return err
	}
	return s.Say(d, "%s is recorded: %s waits for %s%s.", d.Key, d.Taker.Name, d.Giver.Name, needed(d))
}

// needed says by when, as the end of a sentence.
func needed(d client.Dependency) string {
	if d.NeedBy == nil {
		return ""
	}
	return ", needed by " + minutes(d.NeedBy) + " UTC"
}

type dependencyList struct {
	Query   string   `short:"q" help:"Words of key, texts, parties and release."`
	Party   string   `help:"Only what this party gives or takes: release:KEY, service:KEY, team:KEY or outside:NAME."`
	Release string   `help:"Only what this release gives, takes, or what is for it."`
	Owner   string   `help:"Only this person's."`
	Status  []string `help:"Only this status: proposed, agreed, at-risk, delivered or withdrawn; may be given again."`
	Type    []string `help:"Only this type: finish-start, start-start, finish-finish or calls; may be given again."`
	Open    bool     `help:"Only what is still waited for."`
	Late    bool     `help:"Only what comes later than it is needed, or is needed already."`
	Limit   int      `default:"200" help:"How many at most; 0 for all."`
}

// Run lists dependencies.
func (c *dependencyList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	for name, v := range map[string]string{"q": c.Query, "party": c.Party, "release": c.Release, "owner": c.Owner, "status": strings.Join(c.Status, ","), "type": strings.Join(c.Type, ",")} {
		if v != "" {
			q.Set(name, v)
		}
	}
	for name, on := range map[string]bool{"open": c.Open, "late": c.Late} {
		if on {
			q.Set(name, "true")
		}
	}
	ds := []client.Dependency{}
	for d, err := range api.Dependencies(s.Context(), q) {
		if err != nil {
			return err
		}
		if ds = append(ds, d); c.Limit > 0 && len(ds) >= c.Limit {
			break
		}
	}
	return s.Print(ds, func() *Table {
		t := &Table{Heads: []string{"KEY", "WHAT", "GIVER", "TAKER", "TYPE", "STATUS", "NEEDED (UTC)", "EXPECTED (UTC)", "LATE"}, Empty: "No dependencies. Record one with slipway dependency add."}
		for _, d := range ds {
			t.Add(d.Key, d.What, d.Giver.Name, d.Taker.Name, d.Type, d.Status, minutes(d.NeedBy), minutes(d.Expected), span(d.Late))
		}
		return t
	})
}

// span writes minutes in the largest units: 2d 4h, 45m.
func span(m int64) string {
	if m == 0 {
		return ""
	}
	var parts []string
	for _, u := range []struct {
		size int64
		unit string
	}{{24 * 60, "d"}, {60, "h"}, {1, "m"}} {
		if n := m / u.size; n > 0 {
			parts = append(parts, strconv.FormatInt(n, 10)+u.unit)
			m -= n * u.size
		}
	}
	return strings.Join(parts, " ")
}

type dependencyShow struct {
	Dependency string `arg:"" help:"Its key."`
}

// Run shows a dependency.
func (c *dependencyShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	d, err := api.Dependency(s.Context(), c.Dependency)
	if err != nil {
		return err
	}
	return s.Print(d, func() *Table {
		t := &Table{}
		for _, row := range [][2]string{{"key", d.Key}, {"what", d.What}, {"text", d.Text}, {"giver", ref(d.Giver)}, {"taker", ref(d.Taker)}, {"release", d.ReleaseKey}, {"type", d.Type}, {"lag", d.Lag},
			{"status", d.Status}, {"note", d.Note}, {"needed (UTC)", minutes(d.NeedBy)}, {"expected (UTC)", minutes(d.Expected)}, {"promised (UTC)", minutes(d.Promised)}, {"late", span(d.Late)},
			{"delivered (UTC)", minutes(d.DeliveredAt)}} {
			t.Add(row[0], row[1])
		}
		return t
	})
}

// ref writes a party as the commands take it.
func ref(p client.DependencyParty) string {
	if p.Kind == "outside" {
		return p.Kind + ":" + p.Name
	}
	return p.Kind + ":" + p.Key
}

type dependencySet struct {
	Dependency string  `arg:"" help:"Its key."`
	What       *string `help:"What is given, in a line."`
	Text       *string `help:"More about it."`
	Release    *string `help:"Key of the release that it is for; empty for none."`
	Type       *string `help:"Which ends are tied together: finish-start, start-start, finish-finish or calls."`
	Lag        *string `placeholder:"2d" help:"Time between the two ends: 2d, --lag=-4h, 0."`
	Owner      *string `help:"Key of the person who looks after it; empty for nobody."`
}

// Run changes a dependency.
func (c *dependencySet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	d, err := api.Dependency(s.Context(), c.Dependency)
	if err != nil {
		return err
	}
	d, err = api.EditDependency(s.Context(), d.Key, client.DependencyEdit{Rev: d.Rev, What: c.What, Text: c.Text, Release: c.Release, Type: c.Type, Lag: c.Lag, Owner: c.Owner})
	if err != nil {
		return err
	}
	return s.Say(d, "%s is changed%s.", d.Key, needed(d))
}

type dependencyAnswer struct {
	Dependency string  `arg:"" help:"Its key."`
	Status     *string `help:"agreed, at-risk, delivered, or proposed to take an agreement back."`
	Note       *string `help:"What is to be said of it; required at risk."`
	Promised   *string `placeholder:"T" help:"When it is promised: RFC 3339, or local time; empty takes the promise back."`
	Zone       string  `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run answers for the giver.
func (c *dependencyAnswer) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.DependencyAnswer{Status: c.Status, Note: c.Note, Promised: c.Promised}
	if c.Promised != nil && *c.Promised != "" {
		t, err := s.instant("--promised", *c.Promised, c.Zone)
		if err != nil {
			return err
		}
		text := t.UTC().Format(time.RFC3339)
		in.Promised = &text
	}
	d, err := api.Dependency(s.Context(), c.Dependency)
	if err != nil {
		return err
	}
	in.Rev = d.Rev
	if d, err = api.AnswerDependency(s.Context(), d.Key, in); err != nil {
		return err
	}
	late := ""
	if d.Late > 0 {
		late = ", " + span(d.Late) + " later than needed"
	}
	return s.Say(d, "%s is %s%s.", d.Key, strings.ReplaceAll(d.Status, "-", " "), late)
}

type dependencyWithdraw struct {
	Dependency string `arg:"" help:"Its key."`
	Reason     string `required:"" help:"Why it is not needed any more, or not given."`
}

// Run withdraws a dependency.
func (c *dependencyWithdraw) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	d, err := api.Dependency(s.Context(), c.Dependency)
	if err != nil {
		return err
	}
	if d, err = api.WithdrawDependency(s.Context(), d.Key, d.Rev, c.Reason); err != nil {
		return err
	}
	return s.Say(d, "%s is withdrawn.", d.Key)
}

type dependencySlip struct {
	Release string `arg:"" help:"Key of the release that slips."`
	By      string `xor:"by" required:"" placeholder:"2d" help:"By how much: 2d, 12h, 30m; --by=-1d is earlier."`
	To      string `xor:"by" required:"" placeholder:"T" help:"The new start of its window: RFC 3339, or local time."`
	Zone    string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run shows who is hit.
func (c *dependencySlip) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	if c.To != "" {
		t, err := s.instant("--to", c.To, c.Zone)
		if err != nil {
			return err
		}
		q.Set("to", t.UTC().Format(time.RFC3339))
	} else {
		m, ok := distance(c.By)
		if !ok {
			return Usage("--by %s: give it as 2d, 12h or 30m", c.By)
		}
		q.Set("by", strconv.FormatInt(m, 10))
	}
	hits, err := api.DependencyHits(s.Context(), c.Release, q)
	if err != nil {
		return err
	}
	return s.Print(hits, func() *Table {
		t := &Table{Heads: []string{"WHO", "MOVES BY", "ALREADY", "SPARE", "STARTS (UTC)", "BECOMES (UTC)", "THROUGH"}, Empty: "Nobody waits for it."}
		for _, h := range hits {
			path := make([]string, len(h.Path))
			for i, p := range h.Path {
				path[i] = p.Key
			}
			by := span(h.By)
			if h.Guessed {
				by = "up to " + by
			}
			t.Add(h.Party.Name, by, span(h.Before), span(h.Spare), minutes(h.Start), minutes(h.Becomes), strings.Join(path, " > "))
		}
		return t
	})
}

// distance reads 2d, 12h, 30m or -1d as minutes.
func distance(text string) (int64, bool) {
	if len(text) < 2 {
		return 0, false
	}
	unit, known := map[byte]int64{'w': 7 * 24 * 60, 'd': 24 * 60, 'h': 60, 'm': 1}[text[len(text)-1]]
	n, err := strconv.ParseInt(text[:len(text)-1], 10, 32)
	return n * unit, known && err == nil
}

// otherViews are the views of the map besides one.
var otherViews = map[string]string{"services": "teams and releases", "teams": "services and releases", "releases": "services and teams"}

type dependencyMap struct {
	View    string `enum:"services,teams,releases" default:"services" help:"Of what: services, teams or releases."`
	Focus   string `help:"The party in the middle: its reference, key or name."`
	Depth   int    `default:"1" help:"How far around the focus; 0 for everything that hangs together with it."`
	Release string `help:"Mark what this release changes."`
}

// Run shows what depends on what.
func (c *dependencyMap) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{"view": {c.View}, "depth": {strconv.Itoa(c.Depth)}}
	if c.Focus != "" {
		q.Set("focus", c.Focus)
	}
	if c.Release != "" {
		q.Set("release", c.Release)
	}
	m, err := api.DependencyMap(s.Context(), q)
	if err != nil {
		return err
	}
	return s.Print(m, func() *Table {
		t := &Table{Heads: []string{"FROM", "TO", "DEPENDENCIES", "CHANGES", "LATE"}, Empty: "Nothing depends on anything between " + c.View + " here. --view shows " + otherViews[c.View] + "."}
		word := map[bool]string{true: "yes"}
		for _, w := range m.Ways {
			t.Add(m.Places[w.From].Name, m.Places[w.To].Name, strings.Join(w.Dependencies, ", "), word[w.Changes], word[w.Late])
		}
		return t
	})
}
