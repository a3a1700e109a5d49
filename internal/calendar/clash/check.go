package clash

import (
	"context"
	"slices"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booked"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

var (
	_ plan.Follower      = (*Conflicts)(nil)
	_ plan.OwnerFollower = (*Conflicts)(nil)
	_ calendar.Watch     = (*Conflicts)(nil)
)

// Recheck finds the conflicts of releases anew and keeps what it finds. It checks no permission. It reads the releases, bookings
// and periods that share time and place with them: some fifteen statements a release.
func (c *Conflicts) Recheck(tx *db.Tx, releases ...id.Release) error {
	if len(releases) == 0 {
		return nil
	}
	ts, err := targetsOf(tx, releases...)
	if err != nil {
		return err
	}
	f, err := c.look(tx, ts)
	if err != nil {
		return err
	}
	if err := f.closed(); err != nil {
		return err
	}
	for _, t := range ts {
		if err := f.beside(t); err != nil {
			return err
		}
	}
	parties := make([]string, len(releases))
	for i, r := range releases {
		parties[i] = string(r)
	}
	return keep(tx, parties, nil, f.out)
}

// RecheckBookings is Recheck for bookings, as they are given, and for those that share a thing with them: whether two of these fit
// depends on every third.
func (c *Conflicts) RecheckBookings(tx *db.Tx, bs ...booked.Booking) error {
	others, err := sharers(tx, bs)
	if err != nil {
		return err
	}
	if err := c.recheckBookings(tx, bs); err != nil || len(others) == 0 {
		return err
	}
	return c.lookAt(tx, others, (*finder).twice, BookedTwice)
}

// sharers returns the bookings of things with several units that bookings meet now, or met when they were last looked at.
func sharers(tx *db.Tx, bs []booked.Booking) ([]booked.Booking, error) {
	done := map[booked.ID]bool{}
	for _, b := range bs {
		done[b.ID] = true
	}
	var out []booked.Booking
	for _, b := range bs {
		met, err := standingOf(tx, []string{string(b.ID)}, []string{BookedTwice})
		if err != nil {
			return nil, err
		}
		var ids []booked.ID
		for _, c := range met {
			for _, p := range c.Parties {
				ids = append(ids, booked.ID(p.ID))
			}
		}
		found, err := booked.Sharing(tx, b, ids)
		if err != nil {
			return nil, err
		}
		for _, x := range found {
			if !done[x.ID] {
				done[x.ID] = true
				out = append(out, x)
			}
		}
	}
	return out, booked.Name(tx, out)
}

// recheckBookings looks at bookings alone.
func (c *Conflicts) recheckBookings(tx *db.Tx, bs []booked.Booking) error {
	return c.lookAt(tx, bs, (*finder).booking)
}

// lookAt finds what is in the way of bookings, and keeps it in place of what was known of these codes; of all without any.
func (c *Conflicts) lookAt(tx *db.Tx, bs []booked.Booking, find func(*finder, booked.Booking) error, codes ...string) error {
	f := &finder{Conflicts: c, tx: tx, known: map[string]bool{}}
	parties := make([]string, len(bs))
	for i, b := range bs {
		parties[i] = string(b.ID)
		if err := find(f, b); err != nil {
			return err
		}
	}
	return keep(tx, parties, codes, f.out)
}

// RecheckThing is Recheck for every booking of a thing that is not over, as after a change of how it may be booked.
func (c *Conflicts) RecheckThing(tx *db.Tx, k booked.Kind, thing string) error {
	bs, err := booked.Touching(tx, k, []string{thing}, tx.Now, forever, booked.Requested, booked.Confirmed)
	if err != nil || len(bs) == 0 {
		return err
	}
	if err := booked.Name(tx, bs); err != nil {
		return err
	}
	return c.recheckBookings(tx, bs)
}

// RecheckPeople is Recheck for the releases that people own and the bookings that name them, between two instants: what an area
// calls that changes when people are there.
func (c *Conflicts) RecheckPeople(tx *db.Tx, from, to db.Time, people ...id.Person) error {
	from = max(from, tx.Now)
	ts, err := targetsBetween(tx, from, to, nil, people)
	if err != nil {
		return err
	}
	if err := c.Recheck(tx, identifiers(ts)...); err != nil {
		return err
	}
	things := make([]string, len(people))
	for i, p := range people {
		things[i] = string(p)
	}
	bs, err := booked.Touching(tx, booked.Person, things, from, to, booked.Requested, booked.Confirmed)
	if err != nil || len(bs) == 0 {
		return err
	}
	if err := booked.Name(tx, bs); err != nil {
		return err
	}
	return c.RecheckBookings(tx, bs...)
}

// forever lies behind every time that a calendar holds.
const forever = db.Time(7_258_118_400_000_000) // the year 2200

// ReleaseCreated implements plan.Follower.
func (c *Conflicts) ReleaseCreated(tx *db.Tx, r plan.Release, _ plan.Template) error {
	if r.Window.IsZero() || r.Window.End <= tx.Now || r.Ended() {
		return nil
	}
	return c.Recheck(tx, r.ID)
}

// ReleaseChanged implements plan.Follower.
func (c *Conflicts) ReleaseChanged(tx *db.Tx, r plan.Release, _ []string) error {
	return c.Recheck(tx, r.ID)
}

// ReleaseReassigned implements plan.OwnerFollower.
func (c *Conflicts) ReleaseReassigned(tx *db.Tx, r plan.Release) error { return c.Recheck(tx, r.ID) }

// ReleaseEnded implements plan.Follower: the conflicts of what has ended are gone.
func (c *Conflicts) ReleaseEnded(tx *db.Tx, r plan.Release) error { return c.Recheck(tx, r.ID) }

// PermitChanged implements calendar.Watch.
func (c *Conflicts) PermitChanged(tx *db.Tx, _ calendar.Period, r id.Release) error {
	return c.Recheck(tx, r)
}

// PeriodChanged implements calendar.Watch: the releases whose window the period touched before or touches now are looked at again,
// as far as periods matter to them.
func (c *Conflicts) PeriodChanged(tx *db.Tx, before, after calendar.Period) error {
	from, to := stretch(tx.Now, before, after)
	meets, err := meeting(tx.Now, before, after)
	if err != nil {
		return err
	}
	ts, err := targetsUnder(tx, from, to, before, after)
	if err != nil {
		return err
	}
	ts = slices.DeleteFunc(ts, func(t target) bool { return !meets(t.Window) })
	for some := range slices.Chunk(ts, batch) {
		if err := goes(tx, some); err != nil {
			return err
		}
		if err := c.recheckClosed(tx, some); err != nil {
			return err
		}
	}
	return nil
}

func (c *Conflicts) recheckClosed(tx *db.Tx, ts []target) error {
	if len(ts) == 0 {
		return nil
	}
	f, err := c.look(tx, ts)
	if err != nil {
		return err
	}
	if err := f.closed(); err != nil {
		return err
	}
	f.out = slices.DeleteFunc(f.out, func(c Conflict) bool { return !slices.Contains(closedCodes, c.Code) })
	parties := make([]string, len(ts))
	for i, t := range ts {
		parties[i] = string(t.ID)
	}
	return keep(tx, parties, closedCodes, f.out)
}

// stretch is the time in which a change of a period can matter.
func stretch(now db.Time, ps ...calendar.Period) (from, to db.Time) {
	from = forever
	for _, p := range ps {
		if p.ID == "" {
			continue
		}
		from = min(from, p.FirstStart)
		if p.LastEnd.IsZero() || p.Kind == calendar.Window { // a window closes what lies outside of it, too
			from, to = min(from, now), forever
		}
		to = max(to, p.LastEnd)
	}
	return max(from, now), to
}

// How much of a period is written out before many windows are held against it.
const (
	writtenAhead = 800 * 24 * time.Hour
	writtenMost  = 5_000
)

// meeting returns whether a window touches an occurrence of a freeze or a busy time; with a window of the calendar all do.
func meeting(now db.Time, ps ...calendar.Period) (func(plan.Window) bool, error) {
	var all []func(plan.Window) bool
	for _, p := range ps {
		switch p.Kind {
		case "":
			continue
		case calendar.Window:
			return func(plan.Window) bool { return true }, nil
		}
		rule, err := p.Rule()
		if err != nil {
			return nil, err
		}
		r := rule.Table(now.Add(-48*time.Hour).Std(), now.Add(writtenAhead).Std(), writtenMost)
		all = append(all, func(w plan.Window) bool {
			if _, active := r.At(w.Start.Std()); active {
				return true
			}
			next, ok := r.NextStart(w.Start.Std())
			return ok && next.Before(w.End.Std())
		})
	}
	return func(w plan.Window) bool {
		return slices.ContainsFunc(all, func(f func(plan.Window) bool) bool { return f(w) })
	}, nil
}

// few is how many releases or bookings one transaction of a long check looks at: others write in between.
const few = 10

// RecheckAll finds the conflicts of every release and booking that is not over anew, a few to a transaction, and says of
// what is over that it is gone. It needs conflict.accept. Nothing depends on it: it is for what was planned before conflicts were
// kept, and for what changes without a write, such as the default of an environment.
func (c *Conflicts) RecheckAll(ctx context.Context) error {
	if err := c.sweepOver(ctx); err != nil {
		return err
	}
	var last target
	for done := false; !done; {
		var ts []target // where to go on is known when these are committed: what is written again begins where it began
		err := c.db.Write(ctx, func(tx *db.Tx) error {
			if err := auth.Check(tx, "conflict.accept", auth.Everywhere); err != nil {
				return err
			}
			var err error
			if ts, err = targetsAhead(tx, tx.Now, forever, last.Release, few); err != nil {
				return err
			}
			return c.Recheck(tx, identifiers(ts)...)
		})
		if err != nil {
			return err
		}
		if done = len(ts) == 0; !done {
			last = ts[len(ts)-1]
		}
	}
	return c.recheckEach(ctx)
}

// recheckEach looks at every booking that is not over.
func (c *Conflicts) recheckEach(ctx context.Context) error {
	f := booked.Filter{States: []booked.State{booked.Requested, booked.Confirmed}, Limit: few}
	for done := false; !done; {
		var bs []booked.Booking
		err := c.db.Write(ctx, func(tx *db.Tx) error {
			if err := auth.Check(tx, "conflict.accept", auth.Everywhere); err != nil {
				return err
			}
			g := f
			g.From = tx.Now
			var err error
			if bs, err = booked.List(tx, g); err != nil {
				return err
			}
			return c.recheckBookings(tx, bs)
		})
		if err != nil {
			return err
		}
		if done = len(bs) == 0; !done {
			last := bs[len(bs)-1]
			f.AfterFrom, f.AfterID = last.From, last.ID
		}
	}
	return nil
}

func (c *Conflicts) sweepOver(ctx context.Context) error {
	for done := false; !done; {
		err := c.db.Write(ctx, func(tx *db.Tx) error {
			if err := auth.Check(tx, "conflict.accept", auth.Everywhere); err != nil {
				return err
			}
			cs, err := over(tx, batch)
			if err != nil {
				return err
			}
			done = len(cs) < batch
			for _, x := range cs {
				x.State, x.GoneAt = Gone, tx.Now
				if err := update(tx, x); err != nil {
					return err
				}
				record(tx, ConflictGone, x)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Would returns the conflicts that a release would have in another window, and keeps nothing. It checks no permission. It fails
// with db.ErrNone for a release that does not exist.
func (c *Conflicts) Would(tx *db.Tx, r id.Release, w plan.Window) ([]Conflict, error) {
	t, err := targetBy(tx, r)
	if err != nil {
		return nil, err
	}
	t.Window = w
	f, err := c.look(tx, []target{t})
	if err != nil {
		return nil, err
	}
	if err := f.closed(); err != nil {
		return nil, err
	}
	err = f.beside(t)
	return f.out, err
}
