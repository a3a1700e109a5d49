package train

import (
	"slices"
	"strings"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Spec is what a person states about a train, in files and by hand.
type Spec struct {
	Key          string `json:"key" yaml:"key" doc:"Human key, unique among trains" example:"payments-train"`
	Product      string `json:"product" yaml:"product" doc:"Key or identifier of the product"`
	Name         string `json:"name,omitempty" yaml:"name,omitempty" doc:"Name as pages show it; that of the product unless stated"`
	Text         string `json:"text,omitempty" yaml:"text,omitempty" doc:"More about it"`
	Template     string `json:"template,omitempty" yaml:"template,omitempty" doc:"Key of the template of its releases; standard unless stated"`
	Cadence      `yaml:",inline"`
	Lead         plan.Span `json:"lead" yaml:"lead" doc:"How long before the window the release opens; days and weeks are counted in wall time" example:"3w"`
	Pattern      string    `json:"pattern" yaml:"pattern" doc:"How versions are made: {yy}, {yyyy}, {m}, {mm}, {d}, {dd} and {ww} of the window's start, and {n}, which counts" example:"{yy}.{m}.0"`
	Number       int64     `json:"number,omitempty" yaml:"number,omitempty" doc:"What {n} stands for next; 1 unless stated, and as it has come to be afterwards"`
	Frozen       Frozen    `json:"frozen,omitempty" yaml:"frozen,omitempty" enum:"skip,shift,open" doc:"What happens to a date on which a hard freeze stands in the way: skip it, shift it to the next free day, or open it anyway. skip unless stated"`
	Skips        []string  `json:"skips,omitempty" yaml:"skips,omitempty" doc:"Days on which it does not depart" example:"2026-12-24"`
	Environments []string  `json:"environments,omitempty" yaml:"environments,omitempty" doc:"Keys of the environments that its releases go to; those of the tier production unless stated"`
	Services     []Carried `json:"services,omitempty" yaml:"services,omitempty" doc:"What its releases carry: each goes into the manifest of a release that it opens"`
	Owner        string    `json:"owner,omitempty" yaml:"owner,omitempty" doc:"Key or identifier of the person who answers for its releases; who adds it unless stated"`
}

const (
	skipsMax  = 200
	lengthMax = 7 * 24 * time.Hour
	leadMax   = 366 * 24 * time.Hour
	numberMax = 1_000_000
)

// over writes what a person states over a train, and returns its rule.
func (s *Trains) over(tx *db.Tx, t Train, in Spec) (Train, Rule, error) {
	var f fault.List
	if in.Name == "" {
		in.Name = t.ProductName
	}
	if in.Template == "" {
		in.Template = "standard"
	}
	if in.Frozen == "" {
		in.Frozen = Skip
	}
	f.Key("key", in.Key)
	f.Text("name", in.Name, catalog.NameMax, true)
	f.Text("text", in.Text, catalog.TextMax, false)
	if _, err := plan.TemplateByRef(tx, in.Template); errs.Is(err, errs.CodeNotFound) {
		f.Say("template", "template.unknown", "There is no template %.60q.", in.Template)
	} else {
		f.Add(err)
	}
	f.Choice("frozen", string(in.Frozen), Rules())
	if in.Owner == "" {
		in.Owner = string(ledger.ActorOf(tx.Context()).For)
	}
	owner := f.Person(tx, "owner", in.Owner)
	if in.Owner == "" {
		f.Say("owner", "owner.missing", "Name the person who answers for the releases.")
	}
	environments, err := environmentsOf(tx, &f, in.Environments)
	if err != nil {
		return t, nil, err
	}
	t.Key, t.Name, t.Text, t.Template, t.Cadence, t.Lead, t.Pattern, t.Frozen, t.Environments, t.Owner = in.Key, in.Name, in.Text, in.Template, in.Cadence, in.Lead, in.Pattern, in.Frozen, environments, owner
	t.Skips = days(&f, in.Skips)
	t.Services = carriedOf(tx, &f, t, in.Services)
	switch {
	case in.Number < 0 || in.Number > numberMax:
		f.Say("number", "train.number_range", "The number counts from 1 to %d.", numberMax)
	case in.Number > 0:
		t.Number = in.Number
	case t.Number == 0:
		t.Number = 1
	}
	rule := s.cadence(&f, t)
	return t, rule, f.Err()
}

// cadence checks when the train departs and what its versions are called.
func (s *Trains) cadence(f *fault.List, t Train) Rule {
	if d := t.Length.Duration(); d < time.Minute || d > lengthMax {
		f.Say("length", "train.length_range", "A window lasts a minute to seven days: 2h, 150m.")
		t.Length = "1h"
	}
	if d := t.Lead.Duration(); d <= 0 || d > leadMax {
		f.Say("lead", "train.lead_range", "A release opens a minute to a year before its window: 3w, 10d, 12h.")
	}
	checkPattern(f, t)
	if _, err := time.Parse("2006-01-02T15:04", t.Start); err != nil {
		f.Say("start", "train.start_malformed", "Write the first start as wall time of the zone: 2026-12-03T21:00.")
		return nil
	}
	if t.RRule == "" {
		f.Say("rrule", "train.no_rule", "Say how the train recurs, for example FREQ=WEEKLY;INTERVAL=4.")
		return nil
	}
	rule, err := s.calendar.Cadence(t.Cadence)
	f.Add(err)
	return rule
}

// environmentsOf returns the keys of environments; those of the tier production where none are stated.
func environmentsOf(tx *db.Tx, f *fault.List, refs []string) ([]string, error) {
	out := []string{}
	if len(refs) == 0 {
		all, err := catalog.Environments(tx)
		for _, e := range all {
			if e.Tier == catalog.Production {
				out = append(out, e.Key)
			}
		}
		return out, err
	}
	if !f.Count("environments", len(refs), fault.LinesMax) {
		return out, nil
	}
	for i, ref := range refs {
		e, err := catalog.EnvironmentByRef(tx, ref)
		switch {
		case errs.Is(err, errs.CodeNotFound):
			f.Say(fault.At("environments", i), "environment.unknown", "There is no environment %.60q.", ref)
		case err != nil:
			return out, err
		case slices.Contains(out, e.Key):
			f.Say(fault.At("environments", i), "environment.twice", "%s is there twice.", e.Key)
		default:
			out = append(out, e.Key)
		}
	}
	return out, nil
}

// days returns days in order, each once.
func days(f *fault.List, in []string) []string {
	out := []string{}
	if !f.Count("skips", len(in), skipsMax) {
		return out
	}
	for i, d := range in {
		d = strings.TrimSpace(d)
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			f.Say(fault.At("skips", i), "date.malformed", "%.20q is not a day such as 2026-12-24.", d)
		}
		out = append(out, d)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// key of the release of a version.
func (t Train) releaseKey(version string) string {
	return t.ProductKey + "-" + strings.ToLower(version)
}

func checkPattern(f *fault.List, t Train) {
	f.Text("pattern", t.Pattern, 60, true)
	for _, w := range placeholders.FindAllString(t.Pattern, -1) {
		if !slices.Contains(known, w) {
			f.Say("pattern", "train.pattern_unknown", "%.20q is not known in a version. Known are %s.", w, fault.Or(known))
			return
		}
	}
	if len(placeholders.FindAllString(t.Pattern, -1)) == 0 {
		f.Say("pattern", "train.pattern_still", "Every version would be the same. Put %s into the pattern.", fault.Or(known))
		return
	}
	v := version(t.Pattern, time.Date(2026, 12, 28, 0, 0, 0, 0, time.UTC), 100)
	err := catalog.CheckVersion("pattern", v)
	if err == nil {
		err = id.CheckKey("pattern", t.releaseKey(v))
	}
	f.At("pattern", err)
}
