package roadmap

import (
	"context"
	"slices"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/fault"
	planrelease "slipway/internal/plan/release"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Proposal states a date.
type Proposal struct {
	Release  string      `json:"release,omitempty" doc:"Key or identifier of the release; or give product and version of one that is not made yet"`
	Product  string      `json:"product,omitempty" doc:"Key or identifier of the product"`
	Version  string      `json:"version,omitempty" doc:"Version that is planned" example:"27.3.0"`
	Title    string      `json:"title,omitempty" doc:"What it brings, in a few words"`
	Window   plan.Window `json:"window" doc:"When it is to reach production"`
	Roles    []string    `json:"roles,omitempty" doc:"Keys of the roles that have to agree; those that approve releases of the template unless stated, else release-manager"`
	Role     string      `json:"role,omitempty" doc:"The role for which it is proposed, where it is one of those that have to agree"`
	Vendor   string      `json:"vendor,omitempty" doc:"Who forces the date, for one that nobody can change; nobody has to agree then"`
	AnswerBy db.Time     `json:"answerBy,omitzero" doc:"Until when answers are asked for"`
	Reason   string      `json:"reason,omitempty" doc:"Why this date"`
}

const rolesMax = 20

// Propose puts a date on the table. For a release or version that has a date already it is another round, whoever had agreed. It fails with
// errs.Invalid for faulty fields, with errs.Blocked for a release that has ended, and with errs.Forbidden without the right or the role.
func (s *Roadmaps) Propose(ctx context.Context, in Proposal) (Date, error) {
	return db.Writing(ctx, s.db, func(tx *db.Tx) (Date, error) {
		d, r, err := s.subject(tx, in)
		if err != nil {
			return Date{}, err
		}
		fresh := d.ID == ""
		if d, err = s.over(tx, d, r, in); err != nil {
			return Date{}, err
		}
		if in.Role != "" {
			if err := holds(tx, d, in.Role); err != nil {
				return Date{}, err
			}
		}
		if fresh {
			err = insert(tx, d)
		} else {
			err = update(tx, d)
		}
		if err != nil {
			return Date{}, err
		}
		return s.say(tx, d, Proposed, KindProposed, in.Role, in.Reason)
	})
}

// subject finds what a proposal is about: the date that there is, or a new one. It checks the right.
func (s *Roadmaps) subject(tx *db.Tx, in Proposal) (Date, *plan.Release, error) {
	if in.Release != "" {
		r, err := plan.ReleaseByRef(tx, in.Release)
		if errs.Is(err, errs.CodeNotFound) {
			return Date{}, nil, errs.InvalidField("release", "release.unknown", "There is no release %.60q, or you may not see it.", in.Release)
		}
		if err == nil {
			err = auth.Check(tx, "roadmap.propose", plan.Scope(r))
		}
		if err != nil {
			return Date{}, nil, err
		}
		return s.ofRelease(tx, r)
	}
	if in.Product == "" {
		return Date{}, nil, errs.InvalidField("release", "roadmap.no_subject", "Name a release, or a product and a version.")
	}
	p, err := productOf(tx, in.Product)
	if err == nil {
		err = auth.Check(tx, "roadmap.propose", catalog.Scope(p.ID))
	}
	if err == nil {
		err = catalog.CheckVersion("version", in.Version)
	}
	if err != nil {
		return Date{}, nil, err
	}
	made, err := releaseOf(tx, p.ID, in.Version)
	if err != nil {
		return Date{}, nil, err
	}
	if made != "" {
		r, err := plan.ReleaseByID(tx, made)
		if err != nil {
			return Date{}, nil, err
		}
		return s.ofRelease(tx, r)
	}
	key := keyOf(p.Key, in.Version)
	if err := id.CheckKey("version", key); err != nil {
		return Date{}, nil, err
	}
	d, ok, err := one(tx, ` WHERE d.key = $1`, key)
	switch {
	case err != nil:
		return d, nil, err
	case !ok:
		return Date{Key: key, Product: p.ID, ProductKey: p.Key, ProductName: p.Name, Version: in.Version}, nil, nil
	case d.Product != p.ID || d.Version != in.Version:
		return Date{}, nil, errs.Conflict("key.taken", nil, "There is a date %s of another version already. Give the version another name.", key)
	case d.Release != "":
		r, err := plan.ReleaseByID(tx, d.Release)
		if err == nil && r.State == plan.Cancelled {
			d.Release, d.ReleaseKey, d.ReleaseName = "", "", "" // the next release of the version takes its place
		}
		return d, nil, err
	}
	return d, nil, nil
}

func keyOf(product, version string) string { return product + "-" + strings.ToLower(version) }

func (s *Roadmaps) ofRelease(tx *db.Tx, r plan.Release) (Date, *plan.Release, error) {
	if r.Ended() {
		return Date{}, nil, errs.Blocked("plan.ended", "%s is %s. Nothing of it changes any more.", r.Name, r.State.Words())
	}
	d, ok, err := ofRelease(tx, r.ID)
	if err == nil && !ok {
		d, ok, err = one(tx, ` WHERE d.product = $1 AND d.version = $2 AND d.release IS NULL`, r.Product, r.Version)
	}
	if err != nil {
		return d, nil, err
	}
	if !ok {
		d = Date{Key: r.Key, Product: r.Product, ProductKey: r.ProductKey, ProductName: r.ProductName, Version: r.Version}
		if _, taken, err := one(tx, ` WHERE d.key = $1`, d.Key); err != nil {
			return d, nil, err
		} else if taken {
			return d, nil, errs.Conflict("key.taken", nil, "There is a date %s of another version already. Give the release another key.", d.Key)
		}
	}
	d.Release, d.ReleaseKey, d.ReleaseName = r.ID, r.Key, r.Name
	return d, &r, nil
}

// over writes a proposal over a date.
func (s *Roadmaps) over(tx *db.Tx, d Date, r *plan.Release, in Proposal) (Date, error) {
	var f fault.List
	checkWindow(&f, in.Window)
	f.Text("title", in.Title, 200, false)
	f.Text("vendor", in.Vendor, 200, false)
	f.Text("reason", in.Reason, fault.ReasonMax, false)
	f.Instant("answerBy", in.AnswerBy)
	roles, err := rolesOf(tx, &f, r, d, in)
	if err != nil {
		return d, err
	}
	if in.Role != "" && !slices.Contains(roles, in.Role) {
		f.Say("role", "roadmap.role_unasked", "The role %.60q is not one of those that have to agree.", in.Role)
	}
	if err := f.Err(); err != nil {
		return d, err
	}
	if d.ID == "" {
		d.ID, d.CreatedAt, d.CreatedBy = id.New[ID](), tx.Now, actor(tx).ID
	}
	if in.Title != "" || r == nil && d.Title == "" {
		d.Title = in.Title
	}
	d.Window, d.Roles, d.Vendor, d.AnswerBy, d.State, d.Proposer, d.AgreedAt = in.Window, roles, in.Vendor, in.AnswerBy, StateProposed, actor(tx).For, 0
	d.Round++
	d.Rev, d.ChangedAt, d.ChangedBy = d.Rev+1, tx.Now, actor(tx).ID
	return d, nil
}

func checkWindow(f *fault.List, w plan.Window) {
	if w.IsZero() {
		f.Say("window.start", "window.missing", "Say when it is to reach production.")
		return
	}
	planrelease.CheckWindow(f, "window", w)
}

// rolesOf returns the roles that have to agree: those stated, those of the date as it was, those that approve releases of the template.
func rolesOf(tx *db.Tx, f *fault.List, r *plan.Release, d Date, in Proposal) ([]string, error) {
	roles := []string{}
	switch {
	case in.Vendor != "":
		return roles, nil
	case len(in.Roles) > 0:
		if !f.Count("roles", len(in.Roles), rolesMax) {
			return roles, nil
		}
		for i, x := range in.Roles {
			f.Role(fault.At("roles", i), x)
			if x == Proposer {
				f.Say(fault.At("roles", i), "role.unknown", "%s is no role: who proposes a date has agreed to it.", Proposer)
			}
			if !slices.Contains(roles, x) {
				roles = append(roles, x)
			}
		}
		return roles, nil
	case len(d.Roles) > 0:
		return d.Roles, nil
	case r != nil:
		t, err := plan.TemplateOf(tx, *r)
		if err != nil {
			return nil, err
		}
		for _, a := range t.Approvals {
			if !slices.Contains(roles, a.Role) {
				roles = append(roles, a.Role)
			}
		}
	}
	if len(roles) == 0 {
		roles = append(roles, auth.RoleReleaseManager)
	}
	return roles, nil
}
