package target

import (
	"context"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work/outlook"
	"slipway/internal/work/wish"
)

// Move is something that can be done for a wanted date.
type Move struct {
	Kind  string  `json:"kind" enum:"drop,person,earlier,shorten,later" doc:"drop a scope item or a task, add a person to a task, let it start earlier, shorten it, or move the wanted date"`
	Task  string  `json:"task,omitempty" doc:"Key of the task, except for later and an item"`
	Item  string  `json:"item,omitempty" doc:"Key of the scope item to drop, with the open tasks that serve only it"`
	Hours float64 `json:"hours,omitempty" minimum:"0" doc:"Working hours by which it starts earlier, is shorter, or the date moves"`
	Cost  float64 `json:"cost,omitempty" minimum:"0" doc:"What it costs, in hours of work or whatever all moves are counted in. A scope item costs its estimate unless stated, or the work of its tasks if it has none"`
}

// Wish is a date that is wanted.
type Wish struct {
	By     db.Time `json:"by,omitzero" doc:"When the work before the window has to be done; the window's start without it"`
	Chance float64 `json:"chance,omitempty" minimum:"0" maximum:"1" doc:"How likely it has to be; 0.8 without it"`
	Moves  []Move  `json:"moves,omitempty" doc:"What may be done; the usual moves at the tasks that drive the date without it"`
}

// Effect is a move with what it does by itself.
type Effect struct {
	Move
	Text   string  `json:"text"`
	Chance float64 `json:"chance"` // of the wanted date, if nothing else is done
	P80    db.Time `json:"p80,omitzero" doc:"Left out where there was no time to weigh the move by itself"`
}

// Answer is what must be true for a wanted date.
type Answer struct {
	Release  id.Release `json:"release"`
	By       db.Time    `json:"by"`
	At       db.Time    `json:"at" doc:"The date that the facts are from"`
	Kept     bool       `json:"kept" doc:"The chance and P80 are those of the last forecast; otherwise they are drawn anew, as none holds or the date has passed"`
	Wanted   float64    `json:"wanted"` // the chance
	Chance   float64    `json:"chance"` // if nothing is done
	P80      db.Time    `json:"p80"`
	Moves    []Effect   `json:"moves"`
	Sets     []Set      `json:"sets"`     // of moves that are enough, the cheapest first; none if what may be done is not enough
	All      float64    `json:"all"`      // the chance if everything is done that goes together
	Complete bool       `json:"complete"` // all sets of up to three moves were weighed
}

// Set is a smallest set of moves that is enough: none of them can be left out.
type Set struct {
	Moves  []int   `json:"moves"` // indexes in Answer.Moves; empty if nothing has to be done
	Cost   float64 `json:"cost"`
	Chance float64 `json:"chance"`
	P80    db.Time `json:"p80"`
}

// Targets is the service of the wing.
type Targets struct {
	db       *db.DB
	outlooks *outlook.Outlooks
}

// New returns the service over a migrated database.
func New(d *db.DB, o *outlook.Outlooks) *Targets { return &Targets{d, o} }

// searchTime is after how long the search for sets ends with what it has found.
const searchTime = 15 * time.Second

// WhatMustBeTrue searches the smallest sets of moves that bring the chance of a wanted date to the asked level. It changes nothing. As long as the last
// forecast holds, what can be expected without a move is what that forecast says: by its draws, as of its date. It fails with errs.NotFound, and with errs.Invalid: outlook.no_date without a date and a window, work.task_unknown, scope.item_unknown, scope.item_unserved for an item
// that no open task serves alone, work.moves, work.chance.
func (s *Targets) WhatMustBeTrue(ctx context.Context, release string, in Wish) (Answer, error) {
	clock := s.db.Clock()
	end := clock.Now().Add(searchTime)
	w := wisher{expired: func() bool { return ctx.Err() != nil || clock.Now().After(end) }}
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if w.course, err = s.outlooks.ReadCourse(tx, release, in.By); err != nil {
			return err
		}
		w.scope, err = plan.ScopeItems(tx, w.course.Release)
		return err
	})
	if err != nil {
		return Answer{}, err
	}
	if in.By.IsZero() {
		in.By = w.course.Release.Window.Start
	}
	if in.By.IsZero() {
		return Answer{}, errs.InvalidField("by", "outlook.no_date", "The release has no window yet. Say by when the work is to be done.")
	}
	if in.Chance == 0 {
		in.Chance = 0.8
	}
	w.by = w.course.Place(in.By)
	out, err := w.answer(in)
	if err == nil {
		err = ctx.Err()
	}
	return out, err
}

type wisher struct {
	course  outlook.Course
	scope   []plan.ScopeItem
	by      float64 // the wanted date
	expired func() bool
}

func (w *wisher) answer(in Wish) (Answer, error) {
	out := Answer{Release: w.course.Release.ID, By: in.By, At: w.course.At, Kept: w.course.Kept, Wanted: in.Chance, Moves: []Effect{}, Sets: []Set{}}
	moves := in.Moves
	if len(moves) == 0 {
		var err error
		if moves, err = w.usual(); err != nil {
			return out, err
		}
	}
	q := wish.Question{Problem: w.course.Problem, Target: w.by, Chance: in.Chance}
	for i, x := range moves {
		y, text, err := w.move(i, &x)
		if err != nil {
			return out, err
		}
		q.Moves = append(q.Moves, y)
		out.Moves = append(out.Moves, Effect{Move: x, Text: text})
	}
	a, err := wish.Find(q, wish.Options{Samples: w.course.Samples, Seed: w.course.Seed, Expired: w.expired})
	if err != nil {
		return out, err
	}
	out.Chance, out.P80, out.All, out.Complete = a.Now.Chance, w.course.Instant(a.Now.P80), a.All.Chance, a.Complete
	for i, x := range a.Alone {
		if x == (wish.Outcome{}) {
			continue
		}
		out.Moves[i].Chance, out.Moves[i].P80 = x.Chance, w.course.Instant(x.P80)
	}
	for _, s := range a.Sets {
		out.Sets = append(out.Sets, Set{Moves: s.Moves, Cost: s.Cost, Chance: s.Chance, P80: w.course.Instant(s.P80)})
	}
	return out, nil
}
