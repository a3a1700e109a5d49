package train

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/db"
)

// Carried is a service that the releases of a train carry, and how its versions are made.
type Carried struct {
	Service string `json:"service" yaml:"service" doc:"Key or identifier of the service"`
	Version string `json:"version,omitempty" yaml:"version,omitempty" doc:"How its version is made: {version} is that of the release and {train} the key of the train, beside what the pattern of the train knows. {version} unless stated" example:"{train}.{n}"`
}

// ofRelease is the version of the release itself.
const ofRelease = "{version}"

// knownOf are the placeholders of a service's version.
var knownOf = append([]string{ofRelease, "{train}"}, known...)

// carriedOf looks up what the releases of a train carry, and returns it by the keys of the services, each with a pattern.
func carriedOf(tx *db.Tx, f *fault.List, t Train, in []Carried) []Carried {
	out := []Carried{}
	if !f.Count("services", len(in), fault.ItemsMax) {
		return out
	}
	var keys fault.Seen
	for i, c := range in {
		p := fault.At("services", i)
		svc := f.Service(tx, p+".service", c.Service)
		if svc.ID != "" && keys.Twice(svc.Key) {
			f.Say(p+".service", "service.twice", "The service %s is there twice. A release carries one version of a service.", svc.Key)
		}
		if c.Version == "" {
			c.Version = ofRelease
		}
		unknown := slices.DeleteFunc(placeholders.FindAllString(c.Version, -1), func(w string) bool { return slices.Contains(knownOf, w) })
		if len(unknown) > 0 {
			f.Say(p+".version", "train.pattern_unknown", "%.20q is not known in a version. Known are %s.", unknown[0], fault.Or(knownOf))
		} else {
			at := time.Date(2026, 12, 28, 0, 0, 0, 0, time.UTC)
			f.At(p+".version", catalog.CheckVersion("version", t.carries(c, at, 100, version(t.Pattern, at, 100))))
		}
		out = append(out, Carried{Service: svc.Key, Version: c.Version})
	}
	slices.SortFunc(out, func(a, b Carried) int { return strings.Compare(a.Service, b.Service) })
	return out
}

// carries makes the version of a service in the release of a wall time, a number and a version.
func (t Train) carries(c Carried, at time.Time, n int64, of string) string {
	return strings.NewReplacer(ofRelease, of, "{train}", t.Key).Replace(version(c.Version, at, n))
}

// manifest is what the release of a wall time, a number and a version carries.
func (t Train) manifest(at time.Time, n int64, of string) []plan.ItemSpec {
	out := make([]plan.ItemSpec, len(t.Services))
	for i, c := range t.Services {
		out[i] = plan.ItemSpec{Service: c.Service, Version: t.carries(c, at, n, of)}
	}
	return out
}

// String writes it as forms and commands have it: the service, and its version unless it is that of the release.
func (c Carried) String() string {
	if c.Version == "" || c.Version == ofRelease {
		return c.Service
	}
	return fmt.Sprintf("%s=%s", c.Service, c.Version)
}

// ReadCarried reads what String writes.
func ReadCarried(text string) Carried {
	service, version, _ := strings.Cut(text, "=")
	return Carried{Service: strings.TrimSpace(service), Version: strings.TrimSpace(version)}
}
