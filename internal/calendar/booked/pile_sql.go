package booked

import (
	"strings"

	"slipway/internal/platform/db"
)

// Piles returns how many bookings begin in each step of time, by step. Those that begin in it are counted in an index, unless the
// filter names more than states.
func Piles(tx *db.Tx, f Filter, c Cut) ([]Pile, error) {
	return f.piles(tx, c, "", `SELECT step, COUNT(*) AS n, MIN(from_at) AS from_at FROM (`, `) p GROUP BY step ORDER BY step`)
}

// PilesByThing is Piles for each thing by itself, by kind and identifier, then by step.
func PilesByThing(tx *db.Tx, f Filter, c Cut) ([]Pile, error) {
	return f.piles(tx, c, ", kind, thing, thing_key, thing_name",
		`SELECT kind, thing, MAX(thing_key) AS thing_key, MAX(thing_name) AS thing_name, step, COUNT(*) AS n, MIN(from_at) AS from_at FROM (`,
		`) p GROUP BY kind, thing, step ORDER BY kind, thing, step`)
}

func (f Filter) piles(tx *db.Tx, c Cut, more, head, tail string) ([]Pile, error) {
	var before db.Where
	f.narrow(&before, "state")
	before.And("from_at > ? AND from_at < ? AND to_at > ?", int64(c.From.Add(-LongestStay)-1), int64(c.From), int64(c.From))
	in := db.Where{Args: before.Args}
	step := c.expression(&in)
	f.narrow(&in, "state")
	in.And("from_at >= ? AND from_at < ?", int64(c.From), int64(c.To))
	var out []Pile
	err := tx.All(&out, head+`SELECT 0 AS step, from_at`+more+` FROM booking`+before.String()+` UNION ALL SELECT `+step+` AS step, from_at`+more+` FROM booking`+in.String()+tail, in.Args...)
	return out, err
}

// expression is the number of the step that from_at is in, as Cut.Step has it.
func (c Cut) expression(w *db.Where) string {
	add := "from_at + " + w.Arg(c.shifts[len(c.shifts)-1].add)
	if len(c.shifts) > 1 {
		var s strings.Builder
		s.WriteString("CASE")
		for _, x := range c.shifts[:len(c.shifts)-1] {
			s.WriteString(" WHEN from_at < " + w.Arg(int64(x.until)) + " THEN from_at + " + w.Arg(x.add))
		}
		add = s.String() + " ELSE " + add + " END"
	}
	return "(" + add + " - " + w.Arg(c.origin) + ") / " + w.Arg(c.step)
}

// argsMost is how many arguments a statement of Firsts has before the stretches that are left go into another: both engines bound them, the lower one at 32,766.
const argsMost = 10_000

// Firsts returns the first bookings that begin in each stretch of time by one statement, or by a few where the filter names many, with the names of
// their releases and people. What began before the start of the filter and goes on behind it belongs to the stretch that begins there.
func Firsts(tx *db.Tx, f Filter, in []Stretch) ([]Booking, error) {
	var out []Booking
	var args []any
	var parts []string
	read := func() error {
		if parts == nil {
			return nil
		}
		var some []Booking
		err := tx.All(&some, strings.Join(parts, ` UNION ALL `), args...)
		out, parts, args = append(out, some...), nil, nil
		return err
	}
	start := f.From
	for _, x := range in {
		if x.N <= 0 {
			continue
		}
		f.From, f.To, f.Limit, f.AfterFrom, f.AfterID = x.From, x.To, x.N, 0, ""
		if x.From > start {
			f.AfterFrom, f.AfterID = x.From, "0"
		}
		w := db.Where{Args: args}
		parts = append(parts, `SELECT * FROM (SELECT `+columns+` FROM `+f.rows(&w)+`) p`)
		if args = w.Args; len(args) < argsMost {
			continue
		}
		if err := read(); err != nil {
			return nil, err
		}
	}
	if err := read(); err != nil || out == nil {
		return nil, err
	}
	return out, Name(tx, out)
}
