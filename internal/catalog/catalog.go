package catalog

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Catalog is the service of the area.
type Catalog struct{ db *db.DB }

// New returns the catalog over a migrated database.
func New(d *db.DB) *Catalog { return &Catalog{db: d} }

// Product is what is sold or offered to users. It owns services and releases, and rights are bound to it.
type Product struct {
	ID        id.Product `json:"id"`
	Key       string     `json:"key"`
	Name      string     `json:"name"`
	Text      string     `json:"text,omitempty"`
	Owner     id.Person  `json:"owner,omitempty"`
	Rev       int64      `json:"rev"`
	ChangedAt db.Time    `json:"changedAt"`
	ChangedBy string     `json:"changedBy"`
}

// Service is one independently deployable unit of a product.
type Service struct {
	ID          id.Service `json:"id"`
	Key         string     `json:"key"`
	Name        string     `json:"name"`
	Text        string     `json:"text,omitempty"`
	Product     id.Product `json:"product"`
	ProductKey  string     `json:"productKey"`
	ProductName string     `json:"productName"`
	Owner       id.Person  `json:"owner,omitempty"`
	Team        id.Team    `json:"team,omitempty"`
	Tier        int        `json:"tier"` // importance, 1 the highest; 0 not stated
	Rev         int64      `json:"rev"`
	ChangedAt   db.Time    `json:"changedAt"`
	ChangedBy   string     `json:"changedBy"`
}

// Tier orders environments by how near to users they are.
type Tier int

// The tiers.
const (
	Development Tier = iota
	Test
	Staging
	PreProduction
	Production
)

var tierNames = []string{"development", "test", "staging", "pre-production", "production"}

func (t Tier) String() string {
	if t < 0 || int(t) >= len(tierNames) {
		return fmt.Sprintf("tier %d", int(t))
	}
	return tierNames[t]
}

// MarshalText writes the tier's word.
func (t Tier) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the tier's word.
func (t *Tier) UnmarshalText(b []byte) error {
	for i, n := range tierNames {
		if n == string(b) {
			*t = Tier(i)
			return nil
		}
	}
	return fmt.Errorf("a tier is one of %s", strings.Join(tierNames, ", "))
}

// Tiers returns the words of the tiers from development to production.
func Tiers() []string { return append([]string(nil), tierNames...) }

// Rule says what a deployment to an environment needs.
type Rule string

// The rules.
const (
	RuleOpen    Rule = "open"         // only the calendar
	RuleWindow  Rule = "window-only"  // an open window, whatever the default
	RuleRelease Rule = "release-only" // a release that carries the version and may go
)

// Environment is a place where versions run.
type Environment struct {
	ID          id.Environment `json:"id"`
	Key         string         `json:"key"`
	Name        string         `json:"name"`
	Text        string         `json:"text,omitempty"`
	Tier        Tier           `json:"tier"`
	Rank        int            `json:"rank"` // order among environments of a tier
	Owner       id.Person      `json:"owner,omitempty"`
	DefaultOpen bool           `json:"defaultOpen"` // when no window matches
	Rule        Rule           `json:"rule"`
	Rev         int64          `json:"rev"`
	ChangedAt   db.Time        `json:"changedAt"`
	ChangedBy   string         `json:"changedBy"`
}

// Scope returns the scope of a product's rights.
func Scope(p id.Product) auth.Scope { return auth.Scope("product/" + string(p)) }

// Limits of texts, in bytes.
const (
	NameMax = 200
	TextMax = 10_000
)

// CheckText fails with errs.Invalid, naming the field, if s is too long or, where required, blank.
func CheckText(field, s string, limit int, required bool) error {
	switch {
	case required && strings.TrimSpace(s) == "":
		return errs.InvalidField(field, "text.missing", "This must not be empty.")
	case len(s) > limit:
		return errs.InvalidField(field, "text.too_long", "At most %d bytes fit here. This text has %d.", limit, len(s))
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return errs.InvalidField(field, "text.malformed", "Text must be valid UTF-8 without NUL characters.")
	}
	return nil
}

// CheckVersion fails with errs.Invalid, naming the field, unless v is a version as a tag or a package says it: 1 to 128 bytes
// that can stand in an address.
func CheckVersion(field, v string) error {
	if v == "" {
		return errs.InvalidField(field, "version.missing", "A version is required, for example 4.8.0.")
	}
	if len(v) > 128 {
		return errs.InvalidField(field, "version.too_long", "A version has at most 128 characters.")
	}
	for _, r := range v {
		if r <= ' ' || r == '@' || r == '=' || r == '/' || r == 0x7f || r == utf8.RuneError {
			return errs.InvalidField(field, "version.malformed", "A version has no spaces and none of @ = /.")
		}
	}
	return nil
}

// CheckDigest fails with errs.Invalid unless d is empty or has the form algorithm:hex, as OCI digests do.
func CheckDigest(field, d string) error {
	if d == "" {
		return nil
	}
	alg, hex, ok := strings.Cut(d, ":")
	want := map[string]int{"sha256": 64, "sha512": 128}[alg]
	if !ok || want == 0 || len(hex) != want || strings.Trim(hex, "0123456789abcdef") != "" {
		return errs.InvalidField(field, "digest.malformed", "A digest has the form sha256: and 64 hexadecimal digits in lower case.")
	}
	return nil
}

func actor(tx *db.Tx) string { return ledger.ActorOf(tx.Context()).ID }

func stale(theirs any, name string, at db.Time) error {
	return errs.Conflict("row.stale", theirs, "Not saved. %s was changed at %s by somebody else. Compare with what it is now, then save again.", name, at.Std().Format("15:04:05 MST on 2 Jan"))
}
