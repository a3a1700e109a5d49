package catalog

import (
	"github.com/Masterminds/semver/v3"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Mark says how a version stands to the one in production.
type Mark string

// The marks.
const (
	Same   Mark = ""
	Ahead  Mark = "ahead"  // newer than production, in a lower tier: on its way
	Behind Mark = "behind" // older than production
	Drift  Mark = "drift"  // neither: another digest under the same version, or versions that have no order
)

// Compare returns the mark of a version against the reference. Versions are ordered as SemVer 2.0.0 prescribes.
func Compare(version, digest, reference, referenceDigest string) Mark {
	if version == reference {
		if digest != "" && referenceDigest != "" && digest != referenceDigest {
			return Drift
		}
		return Same
	}
	switch newer, ok := newerThan(version, reference); {
	case !ok:
		return Drift
	case newer:
		return Ahead
	}
	return Behind
}

func newerThan(a, b string) (newer, ok bool) {
	x, err := semver.NewVersion(a)
	if err != nil {
		return false, false
	}
	y, err := semver.NewVersion(b)
	if err != nil || x.Equal(y) {
		return false, false
	}
	return x.GreaterThan(y), true
}

// Cell is what runs of one service in one environment and how it stands.
type Cell struct {
	Environment id.Environment `json:"environment"`
	Version     string         `json:"version"`
	Digest      string         `json:"digest,omitempty"`
	Since       db.Time        `json:"since"`
	Mark        Mark           `json:"mark,omitempty"`
}

// mark sets the marks of one service's cells. The reference is the newest version in production; a production
// environment that differs from it is behind or drifts, never ahead. Without production there is nothing to differ from.
func mark(cells []Cell, tiers map[id.Environment]Tier) {
	ref := -1
	for i, c := range cells {
		if tiers[c.Environment] != Production {
			continue
		}
		if ref < 0 {
			ref = i
			continue
		}
		if newer, ok := newerThan(c.Version, cells[ref].Version); newer || (!ok && c.Since.After(cells[ref].Since)) {
			ref = i
		}
	}
	if ref < 0 {
		return
	}
	for i := range cells {
		c := &cells[i]
		c.Mark = Compare(c.Version, c.Digest, cells[ref].Version, cells[ref].Digest)
		if c.Mark == Ahead && tiers[c.Environment] == Production {
			c.Mark = Drift
		}
	}
}
