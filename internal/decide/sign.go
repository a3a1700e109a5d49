package decide

import (
	"context"
	"strings"

	"slipway/internal/decide/deputy"
	"slipway/internal/decide/fault"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// NewSignature is what a person adds to a signature.
type NewSignature struct {
	Content string  `json:"content,omitempty" doc:"Digest of the whole content as it was read. If the content is another one now, nothing is signed."`
	For     string  `json:"for,omitempty" doc:"Key or identifier of the person in whose name a delegate signs, where several have delegated"`
	Comment string  `json:"comment,omitempty" doc:"What the record says beside it"`
	Until   db.Time `json:"until,omitzero" doc:"When the signature expires; never unless stated"`
}

// Sign signs the content of a release for a role that the caller holds, or holds by delegation. It may be done from the plan
// on, long before the window. Where the template holds no poll, the last signature that was missing approves the release.
//
// It fails with errs.Forbidden if the role is not the caller's, with errs.Conflict approval.content_changed if the content is
// not the one that was read, and with errs.Blocked if the release stands where nobody signs, an earlier role has not
// signed, the caller wrote what it covers, or has signed this content already.
func (d *Decisions) Sign(ctx context.Context, ref, role string, in NewSignature) (Signature, error) {
	return write(ctx, d, func(tx *db.Tx) (Signature, error) {
		r, err := release(tx, ref, "approval.sign")
		if err != nil {
			return Signature{}, err
		}
		var f fault.List
		f.Text("comment", in.Comment, textMax, false)
		principal, err := f.Person(tx, "for", in.For)
		if err != nil {
			return Signature{}, err
		}
		if !in.Until.IsZero() && !in.Until.After(tx.Now) {
			f.Say("until", "approval.until_past", "The signature would have expired already. Give a later instant, or none.")
		}
		if err := f.Err(); err != nil {
			return Signature{}, err
		}
		q, err := requirement(tx, r, role)
		if err != nil {
			return Signature{}, err
		}
		c, err := d.maySign(tx, r, q, principal)
		if err != nil {
			return Signature{}, err
		}
		now, err := d.content(tx, r)
		if err != nil {
			return Signature{}, err
		}
		if in.Content != "" && in.Content != now.Digest {
			return Signature{}, errs.Conflict("approval.content_changed", now, "Not signed. The content of %s changed since you opened it. Look at it as it is now, then sign.", r.Name)
		}
		s := Signature{ID: id.New[string](), Release: r.ID, Role: role, Person: c.Person, Principal: c.Principal, By: actor(tx), At: tx.Now, Answer: Signed,
			Comment: in.Comment, Until: in.Until, Content: now.Digest, Sections: now.Covering(q.Sections), State: Valid}
		if err := now.Keep(tx, q.Sections); err != nil {
			return s, err
		}
		if err := insertSignature(tx, s); err != nil {
			return s, err
		}
		entry(tx, r, ApprovalSigned, s)
		return s, d.complete(tx, r)
	})
}

// maySign returns in whose name the caller may sign now, or why not.
func (d *Decisions) maySign(tx *db.Tx, r plan.Release, q Requirement, principal id.Person) (deputy.Capacity, error) {
	if err := signable(r); err != nil {
		return deputy.Capacity{}, err
	}
	c, err := deputy.For(tx, plan.Scope(r), q.Role, q.Name, principal)
	if err != nil {
		return c, err
	}
	states, err := d.RoleStates(tx, r)
	if err != nil {
		return c, err
	}
	var before []string
	for _, s := range states {
		if s.Role == q.Role {
			if err := once(tx, s, c); err != nil {
				return c, err
			}
		} else if s.Order < q.Order && s.State != Valid {
			before = append(before, s.Name)
		}
	}
	if len(before) > 0 {
		return c, errs.Blocked("approval.order", "%s signs after %s.", q.Name, and(before))
	}
	return c, d.fourEyes(tx, r, q, c)
}

// once refuses a second signature in one name, or by one pair of eyes, on the same content.
func once(tx *db.Tx, s RoleState, c deputy.Capacity) error {
	for _, x := range s.Signatures {
		switch {
		case x.State != Valid || !x.Until.IsZero() && x.Person == c.Person && x.Principal == c.Principal:
		case x.Person == c.Person:
			return errs.Blocked("approval.signed_already", "You have signed this content for %s already, at %s.", s.Name, stamp(x.At))
		case x.behalf() == c.Behalf():
			name, err := names(tx, x.Person, c.Behalf())
			if err != nil {
				return err
			}
			return errs.Blocked("approval.signed_already", "%s has signed this content for %s already, in the name of %s.", name(x.Person), s.Name, name(c.Behalf()))
		}
	}
	return nil
}

// signable refuses where a release stands so that nobody signs or takes a signature back.
func signable(r plan.Release) error {
	switch r.State {
	case plan.Planned, plan.Active, plan.Approved, plan.Held:
		return nil
	case plan.Draft:
		return errs.Blocked("approval.not_now", "%s is a draft. Approvals open once it is planned.", r.Name)
	case plan.RolledBack:
		return errs.Blocked("approval.not_now", "%s was rolled back. Retarget it first; then it is signed anew where it changed.", r.Name)
	}
	return errs.Blocked("approval.not_now", "%s is %s. Its approvals stay as they are.", r.Name, r.State.Words())
}

// complete approves a release that is decided by its signatures alone, once all are valid, and takes that back when they
// are not any more.
func (d *Decisions) complete(tx *db.Tx, r plan.Release) error {
	if r.State != plan.Active && r.State != plan.Approved {
		return nil
	}
	t, err := plan.TemplateOf(tx, r)
	if err != nil || t.Poll != nil {
		return err
	}
	states, err := d.RoleStates(tx, r)
	if err != nil || len(states) == 0 {
		return err
	}
	var open []string
	for _, s := range states {
		if s.State != Valid {
			open = append(open, s.Name)
		}
	}
	switch {
	case len(open) == 0 && r.State == plan.Active:
		return plan.MarkApproved(tx, r.ID, "Signed by "+and(roleNames(states))+".")
	case len(open) > 0 && r.State == plan.Approved:
		return plan.MarkReopened(tx, r.ID, "The approval of "+and(open)+" does not hold any more.")
	}
	return nil
}

func roleNames(states []RoleState) []string {
	out := make([]string, len(states))
	for i, s := range states {
		out[i] = s.Name
	}
	return out
}

// WhySign says in a sentence why the caller cannot sign for a role now; "" if they can. It checks no permission.
func (d *Decisions) WhySign(tx *db.Tx, r plan.Release, q Requirement) (string, error) {
	may, err := auth.Allowed(tx, "approval.sign", plan.Scope(r))
	if err != nil {
		return "", err
	}
	if !may {
		return "Your roles do not carry signatures here.", nil
	}
	_, err = d.maySign(tx, r, q, "")
	return why(err)
}

// why turns a refusal into its sentence and leaves failures of ours.
func why(err error) (string, error) {
	switch errs.CodeOf(err) {
	case "":
		return "", nil
	case errs.CodeForbidden, errs.CodeBlocked, errs.CodeConflict, errs.CodeInvalid:
		return errs.As(err).Msg, nil
	}
	return "", err
}

func stamp(t db.Time) string { return t.Std().Format("15:04 MST on 2 Jan 2006") }

// and joins words as a sentence lists them.
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
