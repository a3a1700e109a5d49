package gate

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/gate/fault"
	"slipway/internal/gate/statement"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// The answers of a person to a criterion.
const (
	Confirmed = "confirmed"
	Denied    = "denied" // the person says that it is not fulfilled
	Withdrawn = "withdrawn"
)

// Confirmation is one answer of a person to a criterion. A person's newest counts.
type Confirmation struct {
	ID        string     `json:"id"`
	Release   id.Release `json:"release"`
	Criterion string     `json:"criterion"` // key
	Person    id.Person  `json:"person"`
	By        string     `json:"by" db:"given_by"` // the actor
	At        db.Time    `json:"at"`
	Answer    string     `json:"answer"` // Confirmed and its like
	Note      string     `json:"note,omitempty"`
	Manifest  string     `json:"manifest"` // digest of what the release carried then
}

// Confirm records a person's answer to a criterion of kind confirmation. It fails with errs.Forbidden if the criterion is
// somebody else's, and with errs.Blocked if there is nothing to withdraw or the release has ended.
func (g *Gate) Confirm(ctx context.Context, ref, key, answer, note string) (Confirmation, error) {
	return db.Writing(ctx, g.db, func(tx *db.Tx) (Confirmation, error) {
		r, c, err := g.mine(tx, ref, key, "gate.confirm")
		if err != nil {
			return Confirmation{}, err
		}
		var f fault.List
		f.Choice("answer", answer, Confirmed, Denied, Withdrawn)
		f.Text("note", note, statement.TextMax, answer == Denied)
		if err := f.Err(); err != nil {
			return Confirmation{}, err
		}
		if c.Spec.Kind != plan.KindConfirmation {
			return Confirmation{}, errs.Blocked("gate.not_confirmed_by_people", "%s is judged from %s, so nobody confirms it.", c.Spec.Name, judgedFrom[c.Spec.Kind])
		}
		if why, err := MayConfirm(tx, r, c); err != nil {
			return Confirmation{}, err
		} else if why != "" {
			return Confirmation{}, errs.Forbidden("gate.not_yours", "%s", why)
		}
		me := person(tx)
		if answer == Withdrawn {
			last, err := lastConfirmation(tx, r.ID, key, me)
			if err != nil {
				return Confirmation{}, err
			}
			if last.ID == "" || last.Answer == Withdrawn {
				return Confirmation{}, errs.Blocked("gate.nothing_to_withdraw", "You have not answered %s, so there is nothing to withdraw.", c.Spec.Name)
			}
		}
		out := Confirmation{ID: id.New[string](), Release: r.ID, Criterion: key, Person: me, By: actor(tx), At: tx.Now, Answer: answer, Note: note, Manifest: r.ManifestDigest}
		if err := insertConfirmation(tx, out); err != nil {
			return Confirmation{}, err
		}
		entry(tx, r, CriterionAnswered, ledger.Subject{Kind: "release", ID: string(r.ID)}, out)
		return out, nil
	})
}

var judgedFrom = map[string]string{
	plan.KindJUnit: "test reports", plan.KindFact: "facts", plan.KindApproval: "approvals", plan.KindRisk: "the risk register",
	plan.KindBackout: "the runbook", plan.KindWindow: "the calendar", plan.KindPoll: "the go/no-go",
}

// mine reads a criterion for a write of the permission on a release that has not ended.
func (g *Gate) mine(tx *db.Tx, ref, key, permission string) (plan.Release, Criterion, error) {
	r, err := plan.ReleaseByRef(tx, ref)
	if err != nil {
		return r, Criterion{}, err
	}
	if err := auth.Check(tx, permission, plan.Scope(r)); err != nil {
		return r, Criterion{}, err
	}
	c, err := criterionBy(tx, r.ID, key)
	if err != nil {
		return r, c, err
	}
	return r, c, unchangeable(r)
}

// MayConfirm returns why the caller's answer to a criterion would not be taken, as a sentence; empty if it would. It checks no
// permission.
func MayConfirm(tx *db.Tx, r plan.Release, c Criterion) (string, error) {
	who, ok := auth.Viewer(tx.Context())
	if !ok || who.Kind == auth.KindService {
		return "Only people confirm, and you are signed in as a program. Use the session or a token of a person.", nil
	}
	asked := c.Spec.Role
	if asked == "" {
		asked = c.Spec.Owner
	}
	if asked == "" || asked == who.Key {
		return "", nil
	}
	role, err := auth.RoleByKey(tx, asked)
	if errs.Is(err, errs.CodeNotFound) {
		p, err := auth.PersonByKey(tx, asked)
		if errs.Is(err, errs.CodeNotFound) {
			return "The owner of this criterion, " + asked + ", is not there any more. Give it another owner.", nil
		}
		return p.Name + " confirms this.", err
	}
	if err != nil {
		return "", err
	}
	holds, err := auth.Holds(tx, who.Person, asked, plan.Scope(r))
	if err != nil || holds {
		return "", err
	}
	return "Somebody of " + role.Name + " confirms this.", nil
}
