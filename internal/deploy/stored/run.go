package stored

import (
	"slipway/internal/calendar"
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
	Heeded      []Heeded             `json:"freezes,omitempty" db:"-"` // freezes that began while it was live
	Rev         int64                `json:"rev"`
}

// RollingBack reports whether the way back is under way.
func (r Run) RollingBack() bool { return r.Course.RollingBack && !r.State.Ended() }

// Scope returns the scope of the rights on a run: its release's product.
func Scope(r Run) auth.Scope { return catalog.Scope(r.Product) }

// Heeded is a freeze that began while a live run was under way, and what it did to the run.
type Heeded struct {
	Freeze calendar.ID      `json:"freeze"`
	Key    string           `json:"key"`
	Name   string           `json:"name"`
	Since  db.Time          `json:"since"` // start of the freeze
	At     db.Time          `json:"at"`    // when the run heeded it
	Did    calendar.Running `json:"did"`   // what the freeze says: finish, pause or abort
}
