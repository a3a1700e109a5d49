package deploy

import (
	"slipway/internal/catalog"
	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Mode says whether a run is the real thing.
type Mode string

// The modes.
const (
	Live      Mode = "live"
	Rehearsal Mode = "rehearsal" // passes no gate, moves no release, and records no deployment but to where it rehearses
)

// Clearance says whether a release may start to be deployed. It is declared here and answered above.
type Clearance interface {
	// MayStart fails with errs.Blocked, one field for each reason (Reason the stable code, Msg the sentence), if the live run of the
	// release must not start in these environments now.
	MayStart(tx *db.Tx, release id.Release, environments []id.Environment) error
}

// Given is what a run was started with. It is frozen, so that what a text means does not change on the way.
type Given struct {
	Parameters      map[string]string `json:"parameters,omitempty"`
	Environments    []id.Environment  `json:"environments,omitempty"`
	EnvironmentKeys []string          `json:"environmentKeys,omitempty"`
	Manifest        []Item            `json:"manifest,omitempty"`
	Values          map[string]string `json:"values,omitempty"` // of placeholders: release.version, service.cards.before
	WindowEnd       db.Time           `json:"windowEnd,omitzero"`
}

// Item is one version that a run deploys.
type Item struct {
	Service    id.Service `json:"service"`
	ServiceKey string     `json:"serviceKey"`
	Version    string     `json:"version"`
	Digest     string     `json:"digest,omitempty"`
	Before     string     `json:"before,omitempty"` // ran in the first environment when the run started
}

// Override says that a run went on against a refusal.
type Override struct {
	By      id.Person    `json:"by"`
	At      db.Time      `json:"at"`
	Reason  string       `json:"reason"`
	Refusal string       `json:"refusal"` // what was overridden, in words
	Reasons []errs.Field `json:"reasons,omitempty"`
}

// Run is one execution of a runbook for a release.
type Run struct {
	ID          id.Run               `json:"id"`
	Number      int                  `json:"number"` // among the runs of its release, from 1
	Release     id.Release           `json:"release"`
	ReleaseKey  string               `json:"releaseKey"`
	ReleaseName string               `json:"releaseName"`
	Product     id.Product           `json:"product"`
	Mode        Mode                 `json:"mode"`
	Runbook     string               `json:"runbook"` // key
	Version     int                  `json:"version"` // of the runbook
	Given       Given                `json:"given" db:"-"`
	State       runbook.State        `json:"state"`
	Course      runbook.Run          `json:"course" db:"-"` // the engine's state
	Assigned    map[string]id.Person `json:"assigned,omitempty" db:"-"`
	StartedAt   db.Time              `json:"startedAt"`
	StartedBy   id.Person            `json:"startedBy,omitempty"`
	FinishedAt  db.Time              `json:"finishedAt,omitzero"`
	Overridden  []Override           `json:"overridden,omitempty" db:"-"`
	Rev         int64                `json:"rev"`
}

// RollingBack reports whether the way back is under way.
func (r Run) RollingBack() bool { return r.Course.RollingBack && !r.State.Ended() }

// Scope returns the scope of the rights on a run: its release's product.
func Scope(r Run) auth.Scope { return catalog.Scope(r.Product) }
