package resource

import (
	"context"
	"slices"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Holiday is a day without work.
type Holiday struct {
	Day  Day    `json:"day" doc:"Such as 2026-12-25"`
	Name string `json:"name" doc:"What it is called"`
}

// Follower is a person, a team or an environment for which holidays hold.
type Follower struct {
	Kind    string `json:"kind" enum:"person,team,environment" doc:"person, team or environment"`
	Subject string `json:"subject" doc:"Key or identifier"`
}

// Holidays are a named set of days without work.
type Holidays struct {
	Key       string     `json:"key"`
	Name      string     `json:"name"`
	Feed      string     `json:"feed,omitempty"` // key of the imported calendar whose days are added
	Days      []Holiday  `json:"days" db:"-"`
	Followers []Follower `json:"followers" db:"-"`
	Rev       int64      `json:"rev"`
	ChangedAt db.Time    `json:"changedAt"`
	ChangedBy string     `json:"changedBy"`
}

// NewHolidays states a set of holidays whole.
type NewHolidays struct {
	Name      string     `json:"name" doc:"Such as Bank holidays of Sweden"`
	Feed      string     `json:"feed,omitempty" doc:"Key of an imported calendar whose days are added"`
	Days      []Holiday  `json:"days,omitempty" doc:"The days"`
	Followers []Follower `json:"followers,omitempty" doc:"For whom they hold"`
	Rev       int64      `json:"rev,omitempty" doc:"Version as it was read; 0 takes whatever there is"`
}

// SetHolidays states a set of holidays by its key, whole. It fails with errs.Invalid for faulty fields and with
// errs.Conflict, carrying the present set, if the version is gone.
func (c *Resources) SetHolidays(ctx context.Context, key string, in NewHolidays) (Holidays, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Holidays, error) {
		if err := auth.Check(tx, "resource.edit", auth.Everywhere); err != nil {
			return Holidays{}, err
		}
		now, err := holidaysByKey(tx, key)
		fresh := errs.Is(err, errs.CodeNotFound)
		if err != nil && !fresh {
			return Holidays{}, err
		}
		if in.Rev != 0 && in.Rev != now.Rev {
			return Holidays{}, auth.Stale(tx, now, id.Person(now.ChangedBy), now.ChangedAt)
		}
		out, err := in.checked(tx, key)
		if err != nil {
			return Holidays{}, err
		}
		out.Rev, out.ChangedAt, out.ChangedBy = now.Rev+1, tx.Now, Actor(tx)
		if err := putHolidays(tx, out, fresh); err != nil {
			return Holidays{}, err
		}
		entry(tx, HolidaysSet, "holidays", key, map[string]any{"name": out.Name, "feed": out.Feed, "days": out.Days, "followers": out.Followers})
		return out, c.rested(tx, now, out)
	})
}

func (in NewHolidays) checked(tx *db.Tx, key string) (Holidays, error) {
	var f Faults
	f.Add(id.CheckKey("key", key))
	f.Text("name", in.Name, catalog.NameMax, true)
	if in.Feed != "" {
		f.Add(id.CheckKey("feed", in.Feed))
	}
	out := Holidays{Key: key, Name: in.Name, Feed: in.Feed, Days: []Holiday{}, Followers: []Follower{}}
	if len(in.Days) > daysMax || len(in.Followers) > daysMax {
		f.Say("days", "list.too_long", "A set has at most %d days, and as many who follow it.", daysMax)
		return out, f.Refusal()
	}
	seen := map[Day]bool{}
	for _, d := range in.Days {
		d.Day = f.Day("days", string(d.Day))
		f.Text("days", d.Name, catalog.NameMax, true)
		if seen[d.Day] {
			f.Say("days", "holiday.twice", "The day %s is named twice.", d.Day)
		}
		seen[d.Day] = true
		out.Days = append(out.Days, d)
	}
	slices.SortFunc(out.Days, func(a, b Holiday) int { return a.Day.Sub(b.Day) })
	for _, x := range in.Followers {
		s, err := subjectOf(tx, x.Kind, x.Subject)
		if errs.Is(err, errs.CodeNotFound) {
			f.Say("followers", "holiday.follower_unknown", "There is no %.30s %.60q.", x.Kind, x.Subject)
			continue
		}
		f.Add(err)
		if y := (Follower{s.Kind, s.ID}); !slices.Contains(out.Followers, y) {
			out.Followers = append(out.Followers, y)
		}
	}
	return out, f.Refusal()
}

// RemoveHolidays takes a set away. It fails with errs.NotFound.
func (c *Resources) RemoveHolidays(ctx context.Context, key string) error {
	return c.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "resource.edit", auth.Everywhere); err != nil {
			return err
		}
		h, err := holidaysByKey(tx, key)
		if err != nil {
			return err
		}
		if err := deleteHolidays(tx, key); err != nil {
			return err
		}
		entry(tx, HolidaysRemoved, "holidays", key, map[string]any{"name": h.Name})
		return c.rested(tx, h)
	})
}

// rested tells that those who follow sets of holidays have other days off, from now on.
func (c *Resources) rested(tx *db.Tx, sets ...Holidays) error {
	if c.o.Presence == nil {
		return nil
	}
	teams, err := auth.EachTeam(tx)
	if err != nil {
		return err
	}
	var people []id.Person
	for _, s := range sets {
		for _, x := range s.Followers {
			switch x.Kind {
			case KindPerson:
				people = append(people, id.Person(x.Subject))
			case KindTeam:
				for _, t := range teams {
					if string(t.ID) == x.Subject {
						people = append(people, t.Members...)
					}
				}
			}
		}
	}
	if len(people) == 0 {
		return nil
	}
	slices.Sort(people)
	return c.o.Presence(tx, tx.Now, tx.Now.Add(ahead*24*time.Hour), slices.Compact(people)...)
}

// HolidaySets returns every set of holidays by key.
func (c *Resources) HolidaySets(ctx context.Context) ([]Holidays, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Holidays, error) {
		if err := Anywhere(tx, "resource.read"); err != nil {
			return nil, err
		}
		return ListHolidays(tx)
	})
}
