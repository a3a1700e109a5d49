package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"slipway/internal/errs"
)

// Section is one named part of a release's content in canonical form.
type Section struct {
	Name      string // lower-case words with hyphens: scope, manifest, back-out
	Canonical []byte
}

// Signed is a section's digest as an approval carries it.
type Signed struct {
	Name   string `json:"section"`
	Digest string `json:"digest"`
}

// NewSection makes a section of any value. It fails as Canonical does, and with digest.name for a name that is not lower-case letters, digits and hyphens.
func NewSection(name string, v any) (Section, error) {
	if !validName(name) {
		return Section{}, errs.InvalidField("section", "digest.name", "%.40q is not a section's name: lower-case letters, digits and hyphens.", name)
	}
	c, err := Canonical(v)
	if err != nil {
		return Section{}, err
	}
	return Section{Name: name, Canonical: c}, nil
}

func validName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return name != "" && len(name) <= 40
}

// Digest returns the section's digest.
func (s Section) Digest() string {
	h := sha256.New()
	h.Write([]byte("slipway:section:1\n" + s.Name + "\n"))
	h.Write(s.Canonical)
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// Sign returns the digests of the named sections as a signature covers them, in the order of names. A section that the content does not
// have is covered as absent, with an empty digest, so that its later arrival voids too.
func Sign(content []Section, names ...string) []Signed {
	out := make([]Signed, 0, len(names))
	for _, n := range names {
		s := Signed{Name: n}
		if i := slices.IndexFunc(content, func(x Section) bool { return x.Name == n }); i >= 0 {
			s.Digest = content[i].Digest()
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Signed) int { return strings.Compare(a.Name, b.Name) })
	return slices.Compact(out)
}

// Content returns the digest of the whole content. The order of the sections does not matter; a name that stands twice is errs.Invalid (digest.section_twice).
func Content(sections []Section) (string, error) {
	sorted := slices.Clone(sections)
	slices.SortFunc(sorted, func(a, b Section) int { return strings.Compare(a.Name, b.Name) })
	h := sha256.New()
	h.Write([]byte("slipway:content:1\n"))
	for i, s := range sorted {
		if i > 0 && s.Name == sorted[i-1].Name {
			return "", errs.InvalidField("section", "digest.section_twice", "The section %s stands twice.", s.Name)
		}
		h.Write([]byte(s.Name + " " + s.Digest() + "\n"))
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}

// Void returns the covered sections whose content is not what was signed any more, in the order of names. An approval is void if there is
// one. now are the digests of the content as it is; a section that is missing there has changed, unless it was absent when it was signed.
func Void(covered []Signed, now []Signed) []string {
	var out []string
	for _, c := range covered {
		d := ""
		for _, n := range now {
			if n.Name == c.Name {
				d = n.Digest
			}
		}
		if d != c.Digest {
			out = append(out, c.Name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
