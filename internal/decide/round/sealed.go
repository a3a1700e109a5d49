package round

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"slipway/internal/decide/digest"
	"slipway/internal/decide/tally"
	"slipway/internal/errs"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Sealed is what a decision rests on, as its snapshot holds it: canonical JSON (RFC 8785), people by identifier.
type Sealed struct {
	Format     string          `json:"format"` // SealedFormat
	Release    id.Release      `json:"release"`
	Key        string          `json:"key"`
	Name       string          `json:"name"`
	Window     plan.Window     `json:"window,omitzero"`
	Round      int             `json:"round"`
	OpenedAt   db.Time         `json:"openedAt"`
	Opening    string          `json:"opening"` // digest of what lay on the table at the opening
	Chair      id.Person       `json:"chair,omitempty"`
	Roles      []Seat          `json:"roles"`
	Needed     int             `json:"needed"`
	Answers    []Answer        `json:"answers"`  // all, in order
	Standing   []Stand         `json:"standing"` // those that count
	Missing    []string        `json:"missing,omitempty"`
	Dissent    []string        `json:"dissent,omitempty"` // what speaks for another outcome
	Conditions []Asking        `json:"conditions"`
	Decision   string          `json:"decision"`
	Reason     string          `json:"reason"`
	Again      db.Time         `json:"again,omitzero"`
	By         id.Person       `json:"by,omitempty"`
	At         db.Time         `json:"at"`
	Content    string          `json:"content"`
	Sections   []digest.Signed `json:"sections"`
	Verdict    Judged          `json:"verdict"` // of the moment before, so with the go/no-go undecided
}

// SealedFormat names the shape of Sealed.
const SealedFormat = "slipway:decision:1"

// Stand is a standing answer: its role and its number among the answers.
type Stand struct {
	Role    string `json:"role"`
	Ordinal int64  `json:"ordinal"`
}

// Judged is a verdict as it is kept, with people by identifier.
type Judged struct {
	Word     gate.Word     `json:"verdict"`
	Reasons  []gate.Reason `json:"reasons"`
	Warnings []gate.Reason `json:"warnings"`
	Criteria []Criterion   `json:"criteria"`
}

// Criterion is how one criterion stood, and the evidence that it rested on.
type Criterion struct {
	Key       string     `json:"criterion"`
	State     gate.State `json:"state"`
	Mandatory bool       `json:"mandatory"`
	Evidence  []string   `json:"evidence,omitempty"`
	Waiver    string     `json:"waiver,omitempty"`
}

// Gather gathers what a decision rests on; the verdict is added by the caller.
func Gather(r plan.Release, p Poll, d Decision, result tally.Result, conditions []Asking) Sealed {
	s := Sealed{Format: SealedFormat, Release: r.ID, Key: r.Key, Name: r.Name, Window: r.Window, Round: p.Round, OpenedAt: p.OpenedAt, Opening: p.Digest, Chair: p.Chair,
		Roles: p.Roles, Needed: result.Needed, Answers: p.Answers, Standing: []Stand{}, Missing: result.Missing, Conditions: conditions, Decision: d.Outcome, Reason: d.Reason,
		Again: d.Again, By: d.Person, At: d.At, Content: d.Content, Sections: d.Sections}
	if s.Conditions == nil {
		s.Conditions = []Asking{}
	}
	for _, seat := range p.Roles {
		for i := len(p.Answers) - 1; i >= 0; i-- {
			if p.Answers[i].Role == seat.Role {
				s.Standing = append(s.Standing, Stand{seat.Role, p.Answers[i].Ordinal})
				break
			}
		}
	}
	for _, n := range result.Option(tally.Word(d.Outcome)).Notes {
		s.Dissent = append(s.Dissent, n.Text)
	}
	return s
}

// Seal returns the canonical JSON of v and its digest.
func Seal(v any) (db.JSON, string, error) {
	c, err := db.Canonical(v)
	if err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(c)
	return c, "sha256:" + hex.EncodeToString(sum[:]), nil
}

// Unseal reads the snapshot of a decision.
func (d Decision) Unseal() (Sealed, error) {
	var s Sealed
	if err := json.Unmarshal(d.Snapshot, &s); err != nil {
		return s, errs.Internal("decision.unreadable", err)
	}
	return s, nil
}
