package section

import (
	"slices"

	"slipway/internal/decide/digest"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Source is one section of the content of releases. None of its functions checks a permission.
type Source struct {
	Name string
	// Content returns what is signed, as anything that is JSON with whole numbers only.
	Content func(tx *db.Tx, r id.Release) (any, error)
	// Authors returns who changed the section after an instant, each once; the zero instant is the beginning.
	Authors func(tx *db.Tx, r id.Release, since db.Time) ([]id.Person, error)
	// Changes returns the changes after an instant, oldest first. It may be nil.
	Changes func(tx *db.Tx, r id.Release, since db.Time) ([]Change, error)
}

// Change is who changed a section, when and why.
type Change struct {
	At     db.Time   `json:"at"`
	Person id.Person `json:"person,omitempty"`
	Reason string    `json:"reason,omitempty"`
}

// Sources are the sections of the content of releases.
type Sources []Source

func (s Sources) of(name string) (Source, bool) {
	if i := slices.IndexFunc(s, func(x Source) bool { return x.Name == name }); i >= 0 {
		return s[i], true
	}
	return Source{}, false
}

// Sections returns the content of a release section by section. It costs what the sources cost, a few statements a section; on
// a read transaction it is computed once.
func (s Sources) Sections(tx *db.Tx, r id.Release) ([]digest.Section, error) {
	type key struct{ release id.Release }
	if known, ok := tx.Value(key{r}).([]digest.Section); ok && !tx.Writing() {
		return known, nil
	}
	out := make([]digest.Section, 0, len(s))
	for _, x := range s {
		v, err := x.Content(tx, r)
		if err != nil {
			return nil, err
		}
		section, err := digest.NewSection(x.Name, v)
		if err != nil {
			return nil, err
		}
		out = append(out, section)
	}
	if !tx.Writing() {
		tx.SetValue(key{r}, out)
	}
	return out, nil
}

// Content is the content of a release as it is now, with its digests.
type Content struct {
	Digest   string          `json:"digest"`
	Sections []digest.Signed `json:"sections"`
	canon    []digest.Section
}

// Content returns the content of a release with its digests. It costs as Sections does.
func (s Sources) Content(tx *db.Tx, r id.Release) (Content, error) {
	c, err := s.Sections(tx, r)
	if err != nil {
		return Content{}, err
	}
	whole, err := digest.Content(c)
	return Content{Digest: whole, Sections: digest.Sign(c, plan.SectionNames()...), canon: c}, err
}

// Canonical returns the content of a section as canonical JSON; nil without one.
func (c Content) Canonical(section string) []byte {
	if i := slices.IndexFunc(c.canon, func(s digest.Section) bool { return s.Name == section }); i >= 0 {
		return c.canon[i].Canonical
	}
	return nil
}

// Covering returns the digests of the named sections.
func (c Content) Covering(sections []string) []digest.Signed {
	return digest.Sign(c.canon, sections...)
}

// Keep stores the named sections, so that a later difference can be shown.
func (c Content) Keep(tx *db.Tx, sections []string) error {
	for _, s := range c.canon {
		if slices.Contains(sections, s.Name) {
			if err := insertContent(tx, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// Difference is what changed in one section since it was signed or decided on, and who changed it.
type Difference struct {
	Section string          `json:"section"`
	Changes []digest.Change `json:"changes"`
	More    int             `json:"more,omitempty"` // changes that were left out
	By      []Change        `json:"by"`             // oldest first
}

// differencesShown is how many changes of a section a Difference lists.
const differencesShown = 40

// Differences compares signed sections with the content as it is; only those that differ are returned, in the order of
// the content.
func (s Sources) Differences(tx *db.Tx, r id.Release, signed []digest.Signed, since db.Time, now Content) ([]Difference, error) {
	void := digest.Void(signed, now.Sections)
	if len(void) == 0 {
		return nil, nil
	}
	was := map[string]string{}
	for _, x := range signed {
		was[x.Name] = x.Digest
	}
	out := make([]Difference, 0, len(void))
	for _, name := range InOrder(void) {
		before, err := contentBy(tx, was[name])
		if err != nil {
			return nil, err
		}
		x := Difference{Section: name, By: []Change{}}
		if x.Changes, x.More, err = digest.Diff(before, now.Canonical(name), differencesShown); err != nil {
			return nil, err
		}
		if x.By, err = s.changes(tx, r, name, since); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func (s Sources) changes(tx *db.Tx, r id.Release, section string, since db.Time) ([]Change, error) {
	out := []Change{}
	x, ok := s.of(section)
	if !ok || x.Changes == nil {
		return out, nil
	}
	list, err := x.Changes(tx, r, since)
	return append(out, list...), err
}

// Authors returns who changed a section after an instant, each once; nobody for a section that does not say.
func (s Sources) Authors(tx *db.Tx, r id.Release, section string, since db.Time) ([]id.Person, error) {
	x, ok := s.of(section)
	if !ok || x.Authors == nil {
		return nil, nil
	}
	return x.Authors(tx, r, since)
}

// InOrder returns sections as pages list them.
func InOrder(sections []string) []string {
	out := make([]string, 0, len(sections))
	for _, n := range plan.SectionNames() {
		if slices.Contains(sections, n) {
			out = append(out, n)
		}
	}
	for _, n := range sections {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
