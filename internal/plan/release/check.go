package release

import (
	"slices"
	"strings"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/db"
)

// WindowMax is the greatest length of a window.
const WindowMax = 31 * 24 * time.Hour

// CheckWindow adds what is wrong with a window; none is nothing wrong.
func CheckWindow(f *fault.List, path string, w Window) {
	if w.IsZero() {
		return
	}
	switch {
	case w.Start.IsZero():
		f.Say(path+".start", "window.half", "A window has a start and an end.")
		return
	case w.End.IsZero():
		f.Say(path+".end", "window.half", "A window has a start and an end.")
		return
	case !w.End.After(w.Start):
		f.Say(path+".end", "window.reversed", "The window's end is not after its start.")
	case w.End.Sub(w.Start) > WindowMax:
		f.Say(path+".end", "window.too_long", "A window of a release lasts at most 31 days.")
	}
	f.Instant(path+".start", w.Start)
	f.Instant(path+".end", w.End)
}

// Environments looks the environments up, in the order stated.
func Environments(tx *db.Tx, f *fault.List, path string, refs []string) (ids []id.Environment, keys []string) {
	if !f.Count(path, len(refs), fault.LinesMax) {
		return nil, nil
	}
	for i, ref := range refs {
		e, err := catalog.EnvironmentByRef(tx, ref)
		switch {
		case errs.Is(err, errs.CodeNotFound):
			f.Say(fault.At(path, i), "environment.unknown", "There is no environment %.60q.", ref)
		case err != nil:
			f.At(fault.At(path, i), err)
		case slices.Contains(ids, e.ID):
			f.Say(fault.At(path, i), "environment.twice", "The environment %s is there twice.", e.Key)
		default:
			ids, keys = append(ids, e.ID), append(keys, e.Key)
		}
	}
	return ids, keys
}

// ItemSpec is one item of a manifest as a person states it.
type ItemSpec struct {
	Service string `json:"service" yaml:"service" doc:"Key or identifier of the service"`
	Version string `json:"version" yaml:"version" doc:"The exact version" example:"8.32.0"`
	Digest  string `json:"digest,omitempty" yaml:"digest,omitempty" doc:"Digest of the artefact"`
	Commit  string `json:"commit,omitempty" yaml:"commit,omitempty" doc:"The commit that it was built from"`
}

// Items looks the services up and returns the items in the order of their keys.
func Items(tx *db.Tx, f *fault.List, path string, in []ItemSpec) []ManifestItem {
	if !f.Count(path, len(in), fault.ItemsMax) {
		return nil
	}
	var keys fault.Seen
	out := make([]ManifestItem, 0, len(in))
	for i, s := range in {
		p := fault.At(path, i)
		f.At(p+".version", catalog.CheckVersion("version", s.Version))
		f.At(p+".digest", catalog.CheckDigest("digest", s.Digest))
		if s.Commit != "" {
			f.Commit(p+".commit", s.Commit)
		}
		svc := f.Service(tx, p+".service", s.Service)
		if svc.ID != "" && keys.Twice(svc.Key) {
			f.Say(p+".service", "service.twice", "The service %s is there twice. A release carries one version of a service.", svc.Key)
		}
		out = append(out, ManifestItem{Service: svc.ID, ServiceKey: svc.Key, ServiceName: svc.Name, Version: s.Version, Digest: s.Digest, Commit: s.Commit})
	}
	slices.SortFunc(out, func(a, b ManifestItem) int { return strings.Compare(a.ServiceKey, b.ServiceKey) })
	return out
}
