package gate

import (
	"slipway/internal/errs"
	"slipway/internal/gate/condition"
	"slipway/internal/gate/memo"
	"slipway/internal/gate/verdict"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/blob"
	"slipway/internal/platform/db"
)

// Gate is the service of the area.
type Gate struct {
	db       *db.DB
	blobs    *blob.Store
	from     Sources
	compiler *condition.Compiler
	programs *memo.Memo[string, compiled]
	outcomes *memo.Memo[judged, verdict.Outcome]
	stated   *memo.Memo[edition, []Criterion]
	limit    int64 // of evidence, in bytes
}

// New returns the service over a migrated database. It fails only with errs.Internal.
func New(d *db.DB, from Sources) (*Gate, error) {
	c, err := condition.New()
	if err != nil {
		return nil, err
	}
	return &Gate{db: d, blobs: blob.New(d), from: from, compiler: c, programs: memo.New[string, compiled](4_000), outcomes: memo.New[judged, verdict.Outcome](100_000), stated: memo.New[edition, []Criterion](1_000), limit: JUnitMax}, nil
}

// The words of the verdict's engine that other areas speak.
type (
	// Verdict is the outcome with everything that a page, the command line or a poll shows of it.
	Verdict = verdict.Verdict
	// Word is GO, NO-GO or PENDING.
	Word = verdict.Word
	// State is the answer to one criterion.
	State = verdict.State
	// Reason is one cause of the verdict. Its owner is the key of a role or of a person.
	Reason = verdict.Reason
	// Answer is one criterion's state and what it rests on.
	Answer = verdict.Answer
	// Approval is one person's signature for a role. Role is a role's key, By a person's identifier.
	Approval = verdict.Approval
	// Risk is a risk that may block. Owner is a person's identifier or a role's key.
	Risk = verdict.Risk
	// BackOut is the back-out plan as it is now.
	BackOut = verdict.BackOut
	// Window is the release's window and what the calendar says about it.
	Window = verdict.Window
	// Poll is the newest go/no-go round. By and Chair are persons' identifiers.
	Poll = verdict.Poll
	// Condition is what a go-if asks for.
	Condition = verdict.Condition
)

// The verdicts.
const (
	Go      = verdict.Go
	NoGo    = verdict.NoGo
	Pending = verdict.Pending
)

// The states of criteria.
const (
	Met      = verdict.Met
	Waived   = verdict.Waived
	AtRisk   = verdict.AtRisk
	NotMet   = verdict.NotMet
	Awaited  = verdict.Awaited
	NotAsked = verdict.NotAsked
)

// Decisions is what is known of signatures and polls. The area above that holds them implements it. Each method is asked for
// the releases that need it and answers in few statements; a release without an answer has none. It checks no permission.
type Decisions interface {
	// Approvals returns every signature, also those that do not count, with the reason.
	Approvals(tx *db.Tx, rs []plan.Release) (map[id.Release][]Approval, error)
	// Polls returns the newest round of each release.
	Polls(tx *db.Tx, rs []plan.Release) (map[id.Release]Poll, error)
}

// BackOuts is what is known of back-outs. The area that keeps runbooks implements it, in few statements and without a check
// of permissions.
type BackOuts interface {
	BackOuts(tx *db.Tx, rs []plan.Release) (map[id.Release]BackOut, error)
}

// Sources say what the verdict needs of other areas. A criterion whose source is nil is not judged, and so not met.
type Sources struct {
	// Windows says what the calendar allows in the windows of releases; start and end are the release's.
	Windows func(tx *db.Tx, rs []plan.Release) (map[id.Release]Window, error)
	// Risks returns the open blocking risks of releases.
	Risks     func(tx *db.Tx, rs []plan.Release) (map[id.Release][]Risk, error)
	Decisions Decisions
	BackOuts  BackOuts
	// Content returns the digest of the whole content of a release, as approvals and decisions are bound to it. Verdicts that are
	// told outside carry it; without the source they carry none.
	Content func(tx *db.Tx, r plan.Release) (string, error)
}

// Connect sets the sources that could not be there when the service was made. It belongs to the wiring, before any call.
func (g *Gate) Connect(s Sources) { g.from = s }

// Section is the name of the section of a release's content that this area owns.
const Section = "criteria"

// unchangeable refuses writes on a release that has ended.
func unchangeable(r plan.Release) error {
	if r.Ended() {
		return errs.Blocked("plan.ended", "%s is %s. Nothing of it changes any more.", r.Name, r.State.Words())
	}
	return nil
}
