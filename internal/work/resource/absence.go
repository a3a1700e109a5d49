package resource

import (
	"cmp"
	"context"
	"slices"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// State says how far a request or an absence is.
type State string

// The states of requests and absences.
const (
	Open      State = "open"
	Granted   State = "granted"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
)

// Known reports whether it is one of the states.
func (s State) Known() bool {
	return s == Open || s == Granted || s == Refused || s == Withdrawn
}

// AbsenceKinds are why somebody may be away.
var AbsenceKinds = []string{"vacation", "sickness", "parental", "training", "travel", "other"}

// Absence is a stretch of days on which somebody does not work. Kind and Note are empty for those whom they do not concern.
type Absence struct {
	ID         string    `json:"id"`
	Person     id.Person `json:"person"`
	First      Day       `json:"first"`
	Last       Day       `json:"last"` // the last day away
	Kind       string    `json:"kind,omitempty"`
	Note       string    `json:"note,omitempty"`
	State      State     `json:"state"`
	Answer     string    `json:"answer,omitempty"`
	AnsweredBy string    `json:"answeredBy,omitempty"`
	AnsweredAt db.Time   `json:"answeredAt,omitzero"`
	Rev        int64     `json:"rev"`
	CreatedAt  db.Time   `json:"createdAt"`
	CreatedBy  string    `json:"createdBy"`
}

// NewAbsence states days away.
type NewAbsence struct {
	Person string `json:"person,omitempty" doc:"Key or identifier; oneself without it"`
	First  string `json:"first" doc:"First day away" example:"2026-12-23"`
	Last   string `json:"last,omitempty" doc:"Last day away; the first without it" example:"2027-01-01"`
	Kind   string `json:"kind,omitempty" enum:"vacation,sickness,parental,training,travel,other" doc:"Why; read by the person and by who answers for them alone. Vacation without it"`
	Note   string `json:"note,omitempty" doc:"More about it, for the same readers"`
}

// AskAbsence states days away. Days that the person asks for wait for an answer; those that a lead of the person's team
// states count at once, and so do those of somebody whom nobody else leads. Sickness waits for nobody. It fails with
// errs.Conflict where the person is away on some of the days already, and with errs.Invalid for faulty fields.
func (c *Resources) AskAbsence(ctx context.Context, in NewAbsence) (Absence, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Absence, error) {
		var f Faults
		me := auth.Me(tx)
		who := me
		if in.Person != "" {
			who = f.Person(tx, "person", in.Person).ID
		}
		if who == "" {
			if len(f.Fields) == 0 {
				f.Say("person", "person.missing", "Say who is away.")
			}
			if err := Anywhere(tx, "resource.mine"); err != nil {
				return Absence{}, err
			}
			return Absence{}, f.Refusal()
		}
		if err := stands(tx, who); err != nil {
			return Absence{}, err
		}
		a, err := in.checked(&f)
		if err != nil {
			return Absence{}, err
		}
		a.ID, a.Person, a.State, a.Rev, a.CreatedAt, a.CreatedBy = id.New[string](), who, Open, 1, tx.Now, Actor(tx)
		if err := free(tx, a); err != nil {
			return Absence{}, err
		}
		_, others, err := LeadsPerson(tx, me, who)
		if err != nil {
			return Absence{}, err
		}
		if me != who || !others || a.Kind == "sickness" {
			a.State, a.AnsweredAt, a.AnsweredBy = Granted, tx.Now, a.CreatedBy
		}
		if err := insertAbsence(tx, a); err != nil {
			return Absence{}, err
		}
		action := AbsenceAsked
		if a.State == Granted {
			action = AbsenceGranted
		}
		absenceEntry(tx, action, a)
		return a, c.present(tx, a, a.State == Granted)
	})
}

// present tells of days that count, or counted.
func (c *Resources) present(tx *db.Tx, a Absence, counts bool) error {
	if !counts || c.o.Presence == nil {
		return nil
	}
	return c.o.Presence(tx, db.At(a.First.Add(-1).Start(time.UTC)), db.At(a.Last.Add(2).Start(time.UTC)), a.Person)
}

func absenceEntry(tx *db.Tx, action string, a Absence) {
	entry(tx, action, "absence", a.ID, map[string]any{"person": a.Person, "first": a.First, "last": a.Last, "state": a.State})
}

func (in NewAbsence) checked(f *Faults) (Absence, error) {
	a := Absence{First: f.Day("first", in.First), Kind: cmp.Or(in.Kind, AbsenceKinds[0]), Note: in.Note}
	a.Last = a.First
	if in.Last != "" {
		a.Last = f.Day("last", in.Last)
	}
	switch {
	case a.First == "" || a.Last == "":
	case a.Last < a.First:
		f.Say("last", "absence.disordered", "The last day away is not before the first.")
	case a.Last.Sub(a.First) > 3*366:
		f.Say("last", "absence.too_long", "At most three years can be stated at once.")
	}
	if !slices.Contains(AbsenceKinds, a.Kind) {
		f.Say("kind", "absence.kind_unknown", "Somebody is away for vacation, sickness, parental leave, training, travel or another reason, not for %.30q.", in.Kind)
	}
	f.Text("note", in.Note, NoteMax, false)
	return a, f.Refusal()
}

// free refuses days on which the person is away already, or has asked to be.
func free(tx *db.Tx, a Absence) error {
	now, err := absences(tx, `a.person = ? AND a.last >= ? AND a.first <= ? AND a.state IN ('open', 'granted')`, a.Person, a.First, a.Last)
	if err != nil || len(now) == 0 {
		return err
	}
	return errs.Conflict("absence.overlaps", nil, "Days from %s to %s are stated already. Withdraw them first, or give other days.", now[0].First, now[0].Last)
}

// AnswerAbsence grants or refuses days away; a refusal says why. The person answers for themselves only when nobody else
// can. It fails with errs.NotFound, with errs.Forbidden, and with errs.Blocked for what is answered already.
func (c *Resources) AnswerAbsence(ctx context.Context, absence string, grant bool, answer string) (Absence, error) {
	return c.absence(ctx, absence, func(tx *db.Tx, a *Absence) (string, error) {
		if err := Answers(tx, a.Person); err != nil {
			return "", err
		}
		_, others, err := LeadsPerson(tx, "", a.Person)
		if err != nil {
			return "", err
		}
		if auth.Me(tx) == a.Person && others {
			return "", errs.Forbidden("absence.own", "Somebody else who leads your team answers for your days away.")
		}
		if a.State != Open {
			return "", errs.Blocked("absence.answered", "These days are %s already.", a.State)
		}
		var f Faults
		f.Text("answer", answer, NoteMax, !grant)
		if err := f.Refusal(); err != nil {
			return "", err
		}
		a.Answer, a.AnsweredAt, a.AnsweredBy = answer, tx.Now, Actor(tx)
		if grant {
			a.State = Granted
			return AbsenceGranted, nil
		}
		a.State = Refused
		return AbsenceRefused, nil
	})
}

// WithdrawAbsence takes days away back. It fails with errs.NotFound, and with errs.Blocked for what does not stand any more.
func (c *Resources) WithdrawAbsence(ctx context.Context, absence string) (Absence, error) {
	return c.absence(ctx, absence, func(tx *db.Tx, a *Absence) (string, error) {
		if err := stands(tx, a.Person); err != nil {
			return "", err
		}
		if a.State != Open && a.State != Granted {
			return "", errs.Blocked("absence.answered", "These days are %s already.", a.State)
		}
		a.State = Withdrawn
		return AbsenceWithdrawn, nil
	})
}

// absence changes one and says so in the ledger.
func (c *Resources) absence(ctx context.Context, ref string, change func(tx *db.Tx, a *Absence) (string, error)) (Absence, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Absence, error) {
		if err := Anywhere(tx, "resource.mine"); err != nil {
			return Absence{}, err
		}
		a, err := absenceByID(tx, ref)
		if err != nil {
			return Absence{}, err
		}
		k, err := Knowing(tx)
		if err != nil {
			return Absence{}, err
		}
		if !k.Of(a.Person) && !auth.IsSystem(tx.Context()) && a.State != Granted {
			return Absence{}, auth.Unseen("absence")
		}
		before := a.State
		action, err := change(tx, &a)
		if err != nil {
			return Absence{}, err
		}
		a.Rev++
		if err := updateAbsence(tx, a); err != nil {
			return Absence{}, err
		}
		absenceEntry(tx, action, a)
		return k.shown(a), c.present(tx, a, before == Granted || a.State == Granted)
	})
}

// shown leaves out what the caller may not read.
func (k Knows) shown(a Absence) Absence {
	if !k.Of(a.Person) {
		a.Kind, a.Note, a.Answer = "", "", ""
	}
	return a
}

// AbsenceFilter narrows the list of absences.
type AbsenceFilter struct {
	Person      string // key or identifier
	State       State  // "" for those that stand or wait
	First, Last string // days; those that overlap them
}

// Absences returns days away by their first day, at most 1,000. To those who do not answer for the person they are granted
// ones without their reason. It fails with errs.Invalid for an unknown person or state and for a day that is none.
func (c *Resources) Absences(ctx context.Context, in AbsenceFilter) ([]Absence, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Absence, error) { return ListAbsences(tx, in) })
}

// ListAbsences is Resources.Absences inside the caller's snapshot.
func ListAbsences(tx *db.Tx, in AbsenceFilter) ([]Absence, error) {
	if err := Anywhere(tx, "resource.read"); err != nil {
		return nil, err
	}
	k, err := Knowing(tx)
	if err != nil {
		return nil, err
	}
	var f Faults
	var w db.Where
	if in.Person != "" {
		w.And(`a.person = ?`, f.Person(tx, "person", in.Person).ID)
	}
	if in.State == "" {
		w.And(`a.state IN ('open', 'granted')`)
	} else {
		w.And(`a.state = ?`, f.State("state", in.State))
	}
	if in.First != "" {
		w.And(`a.last >= ?`, f.Day("first", in.First))
	}
	if in.Last != "" {
		w.And(`a.first <= ?`, f.Day("last", in.Last))
	}
	if err := f.Refusal(); err != nil {
		return nil, err
	}
	rows, err := absencesWhere(tx, w)
	out := []Absence{}
	for _, a := range rows {
		if k.Of(a.Person) || a.State == Granted {
			out = append(out, k.shown(a))
		}
	}
	return out, err
}
