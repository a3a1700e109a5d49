package action

import (
	"strconv"
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// ID identifies an action.
type ID string

// State is how far an action is.
type State string

// The states of an action.
const (
	Open    State = "open"
	Started State = "started"
	Said    State = "said-done" // its owner says that it is done; waits for whoever closes it
	Closed  State = "closed"
	Dropped State = "dropped" // will not be done
)

// States returns every state.
func States() []State { return []State{Open, Started, Said, Closed, Dropped} }

// Ended reports whether nothing is left to do.
func (s State) Ended() bool { return s == Closed || s == Dropped }

// Words returns the state as a sentence has it.
func (s State) Words() string {
	if s == Said {
		return "said to be done"
	}
	return string(s)
}

// The kinds of sources.
const (
	Condition = "condition" // of a go/no-go: the action mirrors it
	Risk      = "risk"
	Meeting   = "meeting"
	Review    = "review"
	Audit     = "audit"
	Report    = "report"
	Conflict  = "conflict"
	Plan      = "plan"
	Itself    = "itself" // nothing else
)

// Kinds returns the kinds of sources that a person may name.
func Kinds() []string { return []string{Itself, Risk, Meeting, Review, Audit, Report, Conflict, Plan} }

// Source is where an action comes from.
type Source struct {
	Kind string `json:"kind"`
	Ref  string `json:"ref,omitempty"`  // key or identifier of what it is about
	Name string `json:"name,omitempty"` // as people say it
	URL  string `json:"url,omitempty"`
}

// Proof is what shows that an action is done.
type Proof struct {
	Text   string    `json:"text,omitempty"`
	URL    string    `json:"url,omitempty"`
	Name   string    `json:"name,omitempty"`   // of the file
	Digest string    `json:"digest,omitempty"` // of the file: hexadecimal SHA-256
	Size   int64     `json:"size,omitempty"`   // in bytes
	At     db.Time   `json:"at,omitzero"`
	By     id.Person `json:"by,omitempty"`
}

// IsZero reports whether nothing was shown.
func (p Proof) IsZero() bool { return p == Proof{} }

// Action is a promised piece of work.
type Action struct {
	ID          ID         `json:"id"`
	Number      int64      `json:"number"`
	Key         string     `json:"key" db:"-"`
	Product     id.Product `json:"product,omitempty"`
	ProductKey  string     `json:"productKey,omitempty"`
	Release     id.Release `json:"release,omitempty"`
	ReleaseKey  string     `json:"releaseKey,omitempty"`
	ReleaseName string     `json:"releaseName,omitempty"`
	Title       string     `json:"title"`
	Text        string     `json:"text,omitempty"`
	Owner       id.Person  `json:"owner,omitempty"`
	Due         db.Time    `json:"due,omitzero"`
	Source      Source     `json:"source" db:"source"`
	Mirrored    bool       `json:"mirrored"` // it is settled where it comes from, and only there
	Gates       bool       `json:"gates"`    // its release waits for it
	ClosesWith  string     `json:"closesWith,omitempty"`
	Verifier    id.Person  `json:"verifier,omitempty"`
	ProofWanted bool       `json:"proofWanted"` // somebody else than its owner closes it
	State       State      `json:"state"`
	StateReason string     `json:"stateReason,omitempty"`
	StateAt     db.Time    `json:"stateAt"`
	StateBy     string     `json:"stateBy"`
	Proof       Proof      `json:"proof,omitzero" db:"proof"`
	RemindedAt  db.Time    `json:"remindedAt,omitzero"`
	OverdueAt   db.Time    `json:"overdueAt,omitzero"`   // when its owner was told that it is overdue
	EscalatedAt db.Time    `json:"escalatedAt,omitzero"` // when more than its owner was told
	Rev         int64      `json:"rev"`
	CreatedAt   db.Time    `json:"createdAt"`
	CreatedBy   string     `json:"createdBy"`
	ChangedAt   db.Time    `json:"changedAt"`
	ChangedBy   string     `json:"changedBy"`
}

// Overdue reports whether the action was due before now and its owner has not said that it is done.
func (a Action) Overdue(now db.Time) bool {
	return !a.Due.IsZero() && a.Due.Before(now) && (a.State == Open || a.State == Started)
}

// Order returns the action's place in lists.
func (a Action) Order() int64 { return sortAt(a.Due) }

// Scope returns the scope of the rights on an action: its product's, or everything.
func Scope(a Action) auth.Scope {
	if a.Product == "" {
		return auth.Everywhere
	}
	return auth.Scope("product/" + string(a.Product))
}

// KeyOf returns the key of a number.
func KeyOf(n int64) string { return "A-" + strconv.FormatInt(n, 10) }

// numberOf reads a key; 0 for what is none.
func numberOf(ref string) int64 {
	digits, is := strings.CutPrefix(strings.ToUpper(ref), "A-")
	if !is || len(digits) > 15 {
		return 0
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 {
		return 0
	}
	return n
}

// The entries of actions.
const (
	Added       = "action.added"
	Changed     = "action.changed"
	Begun       = "action.started"
	SaidDone    = "action.said_done"
	SentBack    = "action.sent_back"
	ClosedDone  = "action.closed"
	DroppedGone = "action.dropped"
	Reopened    = "action.reopened"
	Reminded    = "action.reminded"
	Overdue     = "action.overdue"
	Escalated   = "action.escalated"
)

// Record writes the entry of a change; before is nil for a new action.
func Record(tx *db.Tx, what string, before *Action, after Action, note string) {
	payload := map[string]any{"key": after.Key, "after": facts(after)}
	if before != nil {
		payload["before"] = facts(*before)
	}
	if note != "" {
		payload["note"] = note
	}
	ledger.Append(tx, ledger.Entry{Action: what, Subject: ledger.Subject{Kind: "action", ID: string(after.ID)}, Release: after.Release, Scope: string(Scope(after)), Payload: payload})
}

// facts is an action as entries keep it.
func facts(a Action) map[string]any {
	out := map[string]any{"title": a.Title, "state": a.State, "source": a.Source}
	for k, v := range map[string]string{"text": a.Text, "owner": string(a.Owner), "closesWith": a.ClosesWith, "verifier": string(a.Verifier), "reason": a.StateReason} {
		if v != "" {
			out[k] = v
		}
	}
	if !a.Due.IsZero() {
		out["due"] = a.Due
	}
	if a.ProofWanted {
		out["proofWanted"] = true
	}
	if !a.Proof.IsZero() {
		out["proof"] = a.Proof
	}
	return out
}

// Actor is who acts, as rows keep it.
func Actor(tx *db.Tx) string {
	a := ledger.ActorOf(tx.Context())
	if a.For != "" {
		return string(a.For)
	}
	return a.ID
}
