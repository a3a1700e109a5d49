package risk

import (
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// SectionName is the name of the section of a release's content that this area owns.
const SectionName = "risk"

// Content is what is signed of a risk. Owner, review and description are facts about the work on it, not the promise.
type Content struct {
	Key         string   `json:"key"`
	Title       string   `json:"title"`
	Probability int      `json:"probability"`
	Impact      int      `json:"impact"`
	State       State    `json:"state"`
	Response    Response `json:"response,omitempty"`
	Blocks      Blocks   `json:"blocks"`
}

func (r Risk) content() Content {
	return Content{Key: r.Key, Title: r.Title, Probability: r.Probability, Impact: r.Impact, State: r.State, Response: r.Response, Blocks: r.Blocks}
}

// ByRef returns a risk by key or identifier. It fails with errs.NotFound if it does not exist or the caller may
// not read it.
func ByRef(tx *db.Tx, ref string) (Risk, error) {
	r, err := byRef(tx, ref)
	if err != nil {
		return r, err
	}
	return r, auth.CheckSeen(tx, "risk.read", Scope(r), "risk")
}

// Blockers returns the open risks that block a release, the worst first. It checks no permission.
func Blockers(tx *db.Tx, rel id.Release) ([]Risk, error) {
	m, err := BlockersOf(tx, rel)
	return m[rel], err
}

// BlockersOf returns the open risks that block each of some releases, the worst first, in one statement for 500 of them.
// Releases without any are not in the answer. It checks no permission.
func BlockersOf(tx *db.Tx, rels ...id.Release) (map[id.Release][]Risk, error) {
	out := map[id.Release][]Risk{}
	for len(rels) > 0 {
		n := min(len(rels), 500)
		rs, err := blockers(tx, rels[:n])
		if err != nil {
			return nil, err
		}
		for _, r := range rs {
			out[r.Release] = append(out[r.Release], r)
		}
		rels = rels[n:]
	}
	return out, nil
}

// Section returns the signed content of a release's register: every risk by number. It checks no permission.
func Section(tx *db.Tx, rel id.Release) (any, error) {
	rs, err := ofRelease(tx, rel)
	out := make([]Content, len(rs))
	for i, r := range rs {
		out[i] = r.content()
	}
	return out, err
}

// Authors returns who changed the signed content of a release's register after an instant, each once; the zero instant is
// the beginning. It checks no permission.
func Authors(tx *db.Tx, rel id.Release, since db.Time) ([]id.Person, error) {
	return authors(tx, rel, since)
}

// Count is how many risks of a release stand.
type Count struct{ Open, Accepted, Closed, Blocking, Worst int64 }

// CountOf counts the risks of a release. Worst is the highest score that stands. It checks no permission.
func CountOf(tx *db.Tx, rel id.Release) (Count, error) {
	var w db.Where
	w.And("r.release = ?", rel)
	s, err := stats(tx, w)
	return Count{Open: s.Open, Accepted: s.Accepted, Closed: s.Closed, Blocking: s.Blocking, Worst: s.Worst}, err
}
