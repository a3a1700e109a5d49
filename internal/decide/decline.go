package decide

import (
	"context"

	"slipway/internal/decide/deputy"
	"slipway/internal/decide/fault"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// NewRefusal says why somebody does not sign.
type NewRefusal struct {
	Ground string `json:"ground,omitempty" enum:"evidence,time,content,other" doc:"What is lacking or wrong; other unless stated"`
	Wanted string `json:"wanted" doc:"What would make them sign. It becomes the next action."`
	For    string `json:"for,omitempty" doc:"Key or identifier of the person in whose name a delegate answers, where several have delegated"`
}

// Decline records that the caller does not sign for a role. It stands against the release until they sign or withdraw it. It
// fails as Sign does, except that who wrote the content may decline.
func (d *Decisions) Decline(ctx context.Context, ref, role string, in NewRefusal) (Signature, error) {
	return write(ctx, d, func(tx *db.Tx) (Signature, error) {
		r, err := release(tx, ref, "approval.sign")
		if err != nil {
			return Signature{}, err
		}
		if in.Ground == "" {
			in.Ground = "other"
		}
		var f fault.List
		f.Choice("ground", in.Ground, Grounds()...)
		f.Text("wanted", in.Wanted, textMax, true)
		principal, err := f.Person(tx, "for", in.For)
		if err != nil {
			return Signature{}, err
		}
		if err := f.Err(); err != nil {
			return Signature{}, err
		}
		q, err := requirement(tx, r, role)
		if err != nil {
			return Signature{}, err
		}
		c, err := mayDecline(tx, r, q, principal)
		if err != nil {
			return Signature{}, err
		}
		now, err := d.content(tx, r)
		if err != nil {
			return Signature{}, err
		}
		s := Signature{ID: id.New[string](), Release: r.ID, Role: role, Person: c.Person, Principal: c.Principal, By: actor(tx), At: tx.Now, Answer: Refused,
			Ground: in.Ground, Comment: in.Wanted, Content: now.Digest, Sections: now.Covering(q.Sections), State: Declined}
		if err := now.Keep(tx, q.Sections); err != nil {
			return s, err
		}
		if err := insertSignature(tx, s); err != nil {
			return s, err
		}
		entry(tx, r, ApprovalDeclined, s)
		return s, d.complete(tx, r)
	})
}

func mayDecline(tx *db.Tx, r plan.Release, q Requirement, principal id.Person) (deputy.Capacity, error) {
	if err := signable(r); err != nil {
		return deputy.Capacity{}, err
	}
	return deputy.For(tx, plan.Scope(r), q.Role, q.Name, principal)
}

// Ask is a request to sign, or a reminder: who was asked by whom, until when.
type Ask struct {
	ID      string     `json:"id"`
	Release id.Release `json:"-"`
	Role    string     `json:"role"`
	Person  id.Person  `json:"person,omitempty"` // nobody in particular: everybody of the role
	At      db.Time    `json:"at"`
	By      id.Person  `json:"by,omitempty" db:"asked_by"`
	Due     db.Time    `json:"due,omitzero" db:"due_at"`
	Note    string     `json:"note,omitempty"`
}

// NewAsk is a request to sign.
type NewAsk struct {
	Person string  `json:"person,omitempty" doc:"Key or identifier of who is asked; everybody of the role unless stated"`
	Due    db.Time `json:"due,omitzero" doc:"Until when"`
	Note   string  `json:"note,omitempty" doc:"What is said with it"`
}

// Ask records that somebody was asked for their signature, or reminded. It fails with errs.Blocked if the role has signed.
func (d *Decisions) Ask(ctx context.Context, ref, role string, in NewAsk) (Ask, error) {
	return write(ctx, d, func(tx *db.Tx) (Ask, error) {
		r, err := release(tx, ref, "approval.ask")
		if err != nil {
			return Ask{}, err
		}
		var f fault.List
		f.Text("note", in.Note, textMax, false)
		person, err := f.Person(tx, "person", in.Person)
		if err != nil {
			return Ask{}, err
		}
		if err := f.Err(); err != nil {
			return Ask{}, err
		}
		if err := signable(r); err != nil {
			return Ask{}, err
		}
		states, err := d.RoleStates(tx, r)
		if err != nil {
			return Ask{}, err
		}
		if _, err := requirement(tx, r, role); err != nil {
			return Ask{}, err
		}
		for _, s := range states {
			if s.Role == role && s.State == Valid {
				return Ask{}, errs.Blocked("approval.signed_already", "%s has signed, so there is nothing to ask for.", s.Name)
			}
		}
		who, err := deputy.Acting(tx)
		if err != nil && !errs.Is(err, errs.CodeForbidden) {
			return Ask{}, err
		}
		a := Ask{ID: id.New[string](), Release: r.ID, Role: role, Person: person, At: tx.Now, By: who.Person, Due: in.Due, Note: in.Note}
		if err := insertAsk(tx, a); err != nil {
			return a, err
		}
		entry(tx, r, ApprovalAsked, a)
		return a, nil
	})
}
