package risk

import (
	"regexp"
	"strconv"
	"time"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// ID identifies a risk.
type ID string

// State is where a risk stands.
type State string

// The states of a risk. An open one may still happen and nobody has taken it on; an accepted one may happen and somebody
// answers for that; a closed one cannot happen any more, or has happened.
const (
	Open     State = "open"
	Accepted State = "accepted"
	Closed   State = "closed"
)

// States returns every state.
func States() []State { return []State{Open, Accepted, Closed} }

// Response is what is done about a risk.
type Response string

// The responses.
const (
	NoResponse Response = ""
	Reduce     Response = "reduce"   // make it less likely or less bad
	Accept     Response = "accept"   // live with it
	Transfer   Response = "transfer" // let somebody else carry it
	Avoid      Response = "avoid"    // do not do what brings it
)

// Responses returns the responses that can be chosen.
func Responses() []Response { return []Response{Reduce, Accept, Transfer, Avoid} }

// Blocks says what an open risk holds up.
type Blocks string

// The blocking levels.
const (
	BlocksNothing Blocks = "none"
	BlocksGate    Blocks = "gate" // the gate of its release
)

// Risk is something that may happen.
type Risk struct {
	ID                  ID         `json:"id"`
	Number              int64      `json:"number"`
	Key                 string     `json:"key" db:"-"`
	Product             id.Product `json:"product,omitempty"`
	ProductKey          string     `json:"productKey,omitempty"`
	ProductName         string     `json:"productName,omitempty"`
	Release             id.Release `json:"release,omitempty"`
	ReleaseKey          string     `json:"releaseKey,omitempty"`
	ReleaseName         string     `json:"releaseName,omitempty"`
	Title               string     `json:"title"`
	Text                string     `json:"text,omitempty"`                    // what would happen
	Cause               string     `json:"cause,omitempty"`                   // what brings it about
	Trigger             string     `json:"trigger,omitempty" db:"early_sign"` // the early sign that it begins
	Category            string     `json:"category,omitempty"`
	Probability         int        `json:"probability"` // 1 to 5
	Impact              int        `json:"impact"`      // 1 to 5
	Score               int        `json:"score"`       // probability times impact
	Response            Response   `json:"response,omitempty"`
	Mitigation          string     `json:"mitigation,omitempty"`          // the response in words
	ResidualProbability int        `json:"residualProbability,omitempty"` // once the response works; 0 without a response
	ResidualImpact      int        `json:"residualImpact,omitempty"`
	ResidualScore       int        `json:"residualScore"` // the score itself without a response
	Owner               id.Person  `json:"owner,omitempty"`
	Review              string     `json:"review,omitempty"` // the day it is looked at again: 2026-11-26
	Blocks              Blocks     `json:"blocks"`
	BlocksSince         db.Time    `json:"blocksSince,omitzero"` // since when it holds its release up; none when it does not
	State               State      `json:"state"`
	StateReason         string     `json:"stateReason,omitempty"`
	StateAt             db.Time    `json:"stateAt"`
	StateBy             string     `json:"stateBy"`               // the person, or the actor where there is none
	ScoreBefore         int        `json:"scoreBefore,omitempty"` // before it last changed; 0 if it never has
	ScoreAt             db.Time    `json:"scoreAt"`               // when it last changed
	Rev                 int64      `json:"rev"`
	OpenedAt            db.Time    `json:"openedAt"`
	OpenedBy            string     `json:"openedBy"`
	ChangedAt           db.Time    `json:"changedAt"`
	ChangedBy           string     `json:"changedBy"`
}

// Scope returns the scope of the rights on a risk: its product's, or everything for one of the portfolio.
func Scope(r Risk) auth.Scope {
	if r.Product == "" {
		return auth.Everywhere
	}
	return plan.ScopeOf(r.Product)
}

// Blocking reports whether the risk holds a gate up as it stands.
func (r Risk) Blocking() bool { return r.State == Open && r.Blocks == BlocksGate }

// Trend is the way that a score has gone.
type Trend int

// The trends.
const (
	Steady  Trend = 0
	Rising  Trend = 1
	Falling Trend = -1
)

// trendSpan is how long a changed score counts as moving.
const trendSpan = 28 * 24 * time.Hour

// Trend returns the way the score went with its last change, if that was within 28 days of now.
func (r Risk) Trend(now db.Time) Trend {
	switch {
	case r.ScoreBefore == 0 || now.Sub(r.ScoreAt) > trendSpan:
		return Steady
	case r.Score > r.ScoreBefore:
		return Rising
	case r.Score < r.ScoreBefore:
		return Falling
	}
	return Steady
}

// Zone returns how serious a score is, from 1 to 4: low, watch, act, stop and decide. The bounds are 5, 10 and 15.
func Zone(score int) int {
	switch {
	case score >= 15:
		return 4
	case score >= 10:
		return 3
	case score >= 5:
		return 2
	}
	return 1
}

func keyOf(number int64) string { return "R-" + strconv.FormatInt(number, 10) }

var keyForm = regexp.MustCompile(`^[Rr]-([0-9]{1,15})$`)

// derive sets what follows from the rest. before is the risk as it was, or zero for a new one.
func (r *Risk) derive(before Risk, now db.Time) {
	r.Key = keyOf(r.Number)
	r.Score = r.Probability * r.Impact
	r.ResidualScore = r.ResidualProbability * r.ResidualImpact
	if r.Response == NoResponse {
		r.Mitigation, r.ResidualProbability, r.ResidualImpact, r.ResidualScore = "", 0, 0, r.Score
	}
	if before.Score != r.Score {
		r.ScoreBefore, r.ScoreAt = before.Score, now
	}
	switch {
	case !r.Blocking():
		r.BlocksSince = 0
	case r.BlocksSince.IsZero() || r.Release != before.Release:
		r.BlocksSince = now
	}
}
