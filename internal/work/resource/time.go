package resource

import (
	"context"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Period is working time from a day on, until the next one's.
type Period struct {
	ID        string  `json:"id"`
	Kind      string  `json:"kind"` // KindPerson, KindTeam or KindEnvironment
	Subject   string  `json:"subject"`
	Since     Day     `json:"since"`
	Hours     Hours   `json:"hours"`
	Zone      string  `json:"zone,omitempty"` // of the hours; the person's or the installation's where it is empty
	Share     int64   `json:"share"`          // percent of the hours that go into the work of releases
	ChangedAt db.Time `json:"changedAt"`
	ChangedBy string  `json:"changedBy"`
}

// NewPeriod states working time.
type NewPeriod struct {
	Since string `json:"since" doc:"First day that it holds" example:"2026-11-23"`
	Hours string `json:"hours" doc:"Working hours of the week; empty for none" example:"mon-thu 09:00-12:00 13:00-17:30; fri 09:00-15:00"`
	Zone  string `json:"zone,omitempty" doc:"IANA zone of the hours; the person's own without it" example:"Europe/Stockholm"`
	Share int64  `json:"share,omitempty" minimum:"0" maximum:"100" doc:"Percent of the hours that go into releases; 100 without it"`
}

// SetTime states the working time of a person, a team or an environment from a day on; what begins on that day already is
// replaced. It fails with errs.NotFound without such a subject and with errs.Invalid for faulty fields.
func (c *Resources) SetTime(ctx context.Context, kind, ref string, in NewPeriod) (Period, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Period, error) {
		s, err := subjectOf(tx, kind, ref)
		if err != nil {
			return Period{}, err
		}
		if err := mayTime(tx, s); err != nil {
			return Period{}, err
		}
		out, err := in.checked(s)
		if err != nil {
			return Period{}, err
		}
		out.ID, out.ChangedAt, out.ChangedBy = id.New[string](), tx.Now, Actor(tx)
		if err := putPeriod(tx, out); err != nil {
			return Period{}, err
		}
		entry(tx, WorkingTimeSet, s.Kind, s.ID, map[string]any{"since": out.Since, "hours": out.Hours, "zone": out.Zone, "share": out.Share})
		return out, nil
	})
}

// RemoveTime takes a statement of working time back; what was stated before it holds on. It fails with errs.NotFound.
func (c *Resources) RemoveTime(ctx context.Context, period string) error {
	return c.db.Write(ctx, func(tx *db.Tx) error {
		if err := Anywhere(tx, "resource.answer"); err != nil {
			return err
		}
		p, err := periodByID(tx, period)
		if err != nil {
			return err
		}
		s, err := subjectOf(tx, p.Kind, p.Subject)
		if err != nil {
			return err
		}
		if err := mayTime(tx, s); err != nil {
			return err
		}
		if err := deletePeriod(tx, p.ID); err != nil {
			return err
		}
		entry(tx, WorkingTimeRemoved, s.Kind, s.ID, map[string]any{"since": p.Since, "hours": p.Hours})
		return nil
	})
}

func mayTime(tx *db.Tx, s subject) error {
	switch s.Kind {
	case KindPerson:
		return Answers(tx, id.Person(s.ID))
	case KindTeam:
		return AnswersTeam(tx, id.Team(s.ID))
	}
	return AnswersTeam(tx, "")
}

func (in NewPeriod) checked(s subject) (Period, error) {
	var f Faults
	p := Period{Kind: s.Kind, Subject: s.ID, Since: f.Day("since", in.Since), Zone: in.Zone, Share: in.Share}
	var err error
	if p.Hours, err = ParseHours("hours", in.Hours); err != nil {
		f.Add(err)
	}
	if p.Share == 0 {
		p.Share = 100
	}
	if p.Share < 1 || p.Share > 100 {
		f.Say("share", "share.out_of_range", "A share is 1 to 100 percent, not %d.", in.Share)
	}
	if in.Zone != "" {
		if _, err := time.LoadLocation(in.Zone); err != nil || in.Zone == "Local" {
			f.Say("zone", "zone.unknown", "There is no zone %.60q. Give one such as Europe/Stockholm.", in.Zone)
		}
	}
	return p, f.Refusal()
}

// Times returns what is stated of the working time of a subject, the newest first. It fails with errs.NotFound.
func (c *Resources) Times(ctx context.Context, kind, ref string) ([]Period, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Period, error) {
		if err := Anywhere(tx, "resource.read"); err != nil {
			return nil, err
		}
		s, err := subjectOf(tx, kind, ref)
		if err != nil {
			return nil, err
		}
		return PeriodsOf(tx, s.Kind, s.ID)
	})
}
