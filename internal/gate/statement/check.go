package statement

import (
	"fmt"
	"slices"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/gate/fault"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Limits of texts, in bytes, and of numbers.
const (
	LineMax   = 500
	TextMax   = 10_000
	countMax  = 100
	numberMax = 10_000_000
)

// Compile compiles a condition of a fact. It fails with errs.Invalid.
type Compile func(condition string) error

// Check judges the statement of a criterion for a release, and the reason of the change. It fails with errs.Invalid, naming
// every fault.
func Check(tx *db.Tx, r plan.Release, in plan.CriterionSpec, reason string, compile Compile) error {
	var f fault.List
	if err := f.Take("key", id.CheckKey("key", in.Key)); err != nil {
		return err
	}
	f.Text("name", in.Name, 200, true)
	f.Text("text", in.Text, TextMax, false)
	f.Text("group", in.Group, 100, false)
	f.Text("next", in.Next, LineMax, false)
	f.Text("reason", reason, LineMax, false)
	f.Choice("question", in.Question, "traceable", "secure", "tested", "authorised")
	f.Choice("point", in.Point, "entry", "exit")
	f.Number("count", in.Count, countMax)
	var o plan.Offset
	if o.UnmarshalText([]byte(in.Due)) != nil {
		f.Say("due", "offset.malformed", "A distance from the window's start has the form -2d, -4h, +30m or 0.")
	}
	if err := place(&f, tx, r, in); err != nil {
		return err
	}
	if in.Kind == "" || !slices.Contains(plan.CriterionKinds(), in.Kind) {
		f.Say("kind", "criterion.kind_unknown", "%.60q is not a kind of criterion. Known are %s.", in.Kind, strings.Join(plan.CriterionKinds(), ", "))
		return f.Err()
	}
	if err := kind(&f, tx, compile, in); err != nil {
		return err
	}
	return f.Err()
}

// place checks the phase and the owner.
func place(f *fault.List, tx *db.Tx, r plan.Release, in plan.CriterionSpec) error {
	if in.Phase != "" {
		phases, err := plan.Phases(tx, r.ID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(phases, func(p plan.Phase) bool { return p.Key == in.Phase }) {
			f.Say("phase", "phase.unknown", "The release has no phase %.60q.", in.Phase)
		}
	}
	if in.Owner == "" {
		return nil
	}
	_, err := auth.RoleByKey(tx, in.Owner)
	if errs.Is(err, errs.CodeNotFound) {
		if _, err = auth.PersonByKey(tx, in.Owner); errs.Is(err, errs.CodeNotFound) {
			f.Say("owner", "owner.unknown", "There is neither a role nor a person %.60q.", in.Owner)
			return nil
		}
	}
	return err
}

// kind checks what only some kinds of criteria have.
func kind(f *fault.List, tx *db.Tx, compile Compile, in plan.CriterionSpec) error {
	if in.Evidence != nil && !Proven(in.Kind) {
		f.Say("evidence", "criterion.evidence_unused", "Only criteria of kind junit and fact are judged from evidence.")
	}
	if in.Evidence != nil {
		rule(f, *in.Evidence)
	}
	switch {
	case in.Kind == plan.KindFact:
		if err := f.Take("condition", compile(in.Condition)); err != nil {
			return err
		}
	case in.Condition != "":
		f.Say("condition", "criterion.condition_unused", "Only criteria of kind fact have a condition.")
	}
	var s plan.Span
	switch {
	case in.Rehearsed != "" && in.Kind != plan.KindBackout:
		f.Say("rehearsed", "criterion.rehearsal_unused", "Only criteria of kind backout ask for a rehearsal.")
	case s.UnmarshalText([]byte(in.Rehearsed)) != nil:
		f.Say("rehearsed", "span.malformed", "A length of time has the form 14d, 12h or 30m.")
	}
	switch {
	case in.Role == "" && in.Kind == plan.KindApproval:
		f.Say("role", "role.missing", "Name the role that signs.")
	case in.Role != "" && in.Kind != plan.KindApproval && in.Kind != plan.KindConfirmation:
		f.Say("role", "criterion.role_unused", "Only criteria of kind approval and confirmation name a role.")
	case in.Role != "":
		if _, err := auth.RoleByKey(tx, in.Role); errs.Is(err, errs.CodeNotFound) {
			f.Say("role", "role.unknown", "There is no role %.60q.", in.Role)
		} else if err != nil {
			return err
		}
	}
	return nil
}

func rule(f *fault.List, e plan.EvidenceSpec) {
	f.Choice("evidence.subject", e.Subject, "manifest", "release")
	f.Number("evidence.minTests", e.MinTests, numberMax)
	f.Number("evidence.maxFailures", e.MaxFailures, numberMax)
	f.Number("evidence.maxErrors", e.MaxErrors, numberMax)
	if e.MaxSkipped != nil {
		f.Number("evidence.maxSkipped", *e.MaxSkipped, numberMax)
	}
	if len(e.Services) > countMax {
		f.Say("evidence.services", "list.too_long", "At most %d services fit here.", countMax)
	}
	for i, s := range e.Services[:min(len(e.Services), countMax)] {
		_ = f.Take("", id.CheckKey(fmt.Sprintf("evidence.services[%d]", i), s))
	}
	var s plan.Span
	if s.UnmarshalText([]byte(e.MaxAge)) != nil {
		f.Say("evidence.maxAge", "span.malformed", "A length of time has the form 14d, 12h or 30m.")
	}
}

// CheckTemplate compiles the conditions of a template. It fails with errs.Invalid, naming each faulty one.
func CheckTemplate(t plan.Template, compile Compile) error {
	var f fault.List
	for i, c := range t.Criteria {
		if c.Kind != plan.KindFact || c.Condition == "" {
			continue
		}
		var one fault.List
		if err := one.Take("condition", compile(c.Condition)); err != nil {
			return err
		}
		for _, x := range one.Fields {
			f.Say(fmt.Sprintf("criteria[%d].%s", i, x.Name), x.Reason, "%s", x.Msg)
		}
	}
	return f.Err()
}
