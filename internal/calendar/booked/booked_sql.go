package booked

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const columns = `id, key, kind, thing, thing_key, thing_name, units, COALESCE(release, '') AS release, product, purpose, from_at, to_at, state, state_reason, state_at, state_by,
	requested_by, rev, created_at, created_by, changed_at, changed_by`

// That returns bookings by the rest of a statement behind FROM booking, without names of releases and people.
func that(tx *db.Tx, rest string, args ...any) ([]Booking, error) {
	var out []Booking
	err := tx.All(&out, `SELECT `+columns+` FROM booking `+rest, args...)
	return out, err
}

// By returns a booking by key or identifier. It fails with db.ErrNone.
func By(tx *db.Tx, ref string) (Booking, error) {
	column := "key"
	if id.Is(ref) {
		column = "id"
	}
	bs, err := that(tx, `WHERE `+column+` = $1`, ref)
	if err != nil {
		return Booking{}, err
	}
	if len(bs) == 0 {
		return Booking{}, db.ErrNone
	}
	return bs[0], Name(tx, bs[:1])
}

// Insert adds a row; false says that the key is taken.
func Insert(tx *db.Tx, b Booking) (bool, error) {
	n, err := tx.Exec(`INSERT INTO booking (id, key, kind, thing, thing_key, thing_name, units, release, product, purpose, from_at, to_at, state, state_reason, state_at, state_by,
		requested_by, rev, created_at, created_by, changed_at, changed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) ON CONFLICT (key) DO NOTHING`,
		b.ID, b.Key, b.Kind, b.Thing, b.ThingKey, b.ThingName, b.Units, orNull(string(b.Release)), b.Product, b.Purpose, b.From, b.To, b.State, b.StateReason, b.StateAt, b.StateBy,
		b.RequestedBy, b.Rev, b.CreatedAt, b.CreatedBy, b.ChangedAt, b.ChangedBy)
	return n == 1, err
}

// Update writes a row over the version that it carries; false says that this version is gone.
func Update(tx *db.Tx, b Booking) (bool, error) {
	n, err := tx.Exec(`UPDATE booking SET thing_name = $1, units = $2, release = $3, product = $4, purpose = $5, from_at = $6, to_at = $7, state = $8, state_reason = $9, state_at = $10,
		state_by = $11, rev = rev + 1, changed_at = $12, changed_by = $13 WHERE id = $14 AND rev = $15`,
		b.ThingName, b.Units, orNull(string(b.Release)), b.Product, b.Purpose, b.From, b.To, b.State, b.StateReason, b.StateAt, b.StateBy, b.ChangedAt, b.ChangedBy, b.ID, b.Rev)
	return n == 1, err
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Touching returns the bookings of things of one kind, in some states, that touch a stretch of time, by their start; nil things
// are all of the kind. It reads no more of each thing than begins at most LongestStay before the stretch. Order and states are
// left to the caller's side of the database, whose planner would walk through all bookings for them.
func Touching(tx *db.Tx, k Kind, things []string, from, to db.Time, states ...State) ([]Booking, error) {
	if things != nil && len(things) == 0 || from >= to {
		return nil, nil
	}
	var w db.Where
	w.And("kind = ?", string(k))
	if things != nil {
		db.In(&w, "thing", things)
	}
	w.And("from_at < ? AND from_at > ? AND to_at > ?", int64(to), int64(from.Add(-LongestStay)-1), int64(from))
	out, err := that(tx, w.String(), w.Args...)
	out = slices.DeleteFunc(out, func(b Booking) bool { return !slices.Contains(states, b.State) })
	slices.SortFunc(out, func(a, b Booking) int {
		return cmp.Or(cmp.Compare(a.From, b.From), strings.Compare(string(a.ID), string(b.ID)))
	})
	return out, err
}

// sharingMost bounds how many bookings of one thing are looked at beside one.
const sharingMost = 200

// Sharing returns the bookings that are asked for or confirmed of the thing of a booking, if it has several units, and that touch the
// booking or are among some others: whether two of these fit depends on it. Of a thing that is exclusive there are none.
func Sharing(tx *db.Tx, b Booking, others []ID) ([]Booking, error) {
	rule, err := RuleOf(tx, b.Kind, b.Thing)
	if err != nil || rule.Capacity == 1 {
		return nil, err
	}
	out, err := Touching(tx, b.Kind, []string{b.Thing}, b.From, b.To, Requested, Confirmed)
	if err != nil || len(others) == 0 {
		return out[:min(len(out), sharingMost)], err
	}
	var w db.Where
	db.In(&w, "id", others)
	db.In(&w, "state", []State{Requested, Confirmed})
	met, err := that(tx, w.String(), w.Args...)
	return append(met, out[:min(len(out), sharingMost)]...), err
}

// Of returns the bookings of releases in some states, by their start.
func Of(tx *db.Tx, releases []id.Release, states ...State) ([]Booking, error) {
	if len(releases) == 0 {
		return nil, nil
	}
	var w db.Where
	db.In(&w, "release", releases)
	db.In(&w, "state", states)
	return that(tx, w.String()+` ORDER BY from_at, id`, w.Args...)
}

// Filter narrows lists of bookings.
type Filter struct {
	Kind        Kind
	Thing       string   // identifier, or the key of an item
	Things      []string // or one of several
	IDs         []ID     // only these, where not nil
	Release     id.Release
	Product     id.Product // only those for its releases
	Service     id.Service // only those for releases that carry it
	States      []State    // all, if none is named
	From, To    db.Time    // those that touch it
	RequestedBy id.Person
	Scopes      []auth.Scope // only those of their products, and those for none; nil: all
	AfterFrom   db.Time      // of the last one of the page before
	AfterID     ID
	Limit       int
}

// few reports whether the filter leaves few enough bookings to sort them: they are looked up, and not met on a walk through time.
func (f Filter) few() bool {
	return f.Thing != "" || f.Things != nil || f.IDs != nil || f.Release != "" || f.Service != ""
}

// narrow adds everything but time and place in the list.
func (f Filter) narrow(w *db.Where, state string) {
	if f.Kind != "" {
		w.And("kind = ?", string(f.Kind))
	}
	if f.Thing != "" {
		w.And("thing = ?", f.Thing)
	}
	if f.Things != nil {
		db.In(w, "thing", f.Things)
	}
	if f.IDs != nil {
		db.In(w, "id", f.IDs)
	}
	if f.Release != "" {
		w.And("release = ?", string(f.Release))
	}
	if f.Product != "" {
		w.And("product = ?", string(f.Product))
	}
	if f.Service != "" {
		w.And("release IN (SELECT i.release FROM release_item i WHERE i.service = ?)", string(f.Service))
	}
	if len(f.States) > 0 {
		db.In(w, state, f.States)
	}
	if f.RequestedBy != "" {
		w.And("requested_by = ?", string(f.RequestedBy))
	}
	if f.Scopes != nil {
		places := "product = ''"
		for _, s := range f.Scopes {
			places += " OR 'product/' || product = " + w.Arg(string(s))
		}
		w.And("(" + places + ")")
	}
}

// rows is the statement behind SELECT and FROM that finds the bookings. Few of them are found by what they are of and then sorted:
// the order is one that no index has. Many are met in their order until there are enough of them, unless one state is asked for,
// which has an order of its own.
func (f Filter) rows(w *db.Where) string {
	state, order := "state", "from_at"
	if f.few() {
		order = "+from_at"
	} else if len(f.States) > 1 {
		state = "(state || '')"
	}
	f.narrow(w, state)
	low := f.From.Add(-LongestStay) - 1
	if f.AfterID != "" {
		w.And("(from_at, id) > (?, ?)", int64(f.AfterFrom), string(f.AfterID))
		low = max(low, f.AfterFrom-1)
	}
	if !f.From.IsZero() {
		w.And("to_at > ? AND from_at > ?", int64(f.From), int64(low))
	}
	if !f.To.IsZero() {
		w.And("from_at < ?", int64(f.To))
	}
	return `booking` + w.String() + ` ORDER BY ` + order + `, id LIMIT ` + w.Arg(f.Limit)
}

// List returns bookings by their start, with the names of their releases and people. A list without an end of its own returns
// Limit at most.
func List(tx *db.Tx, f Filter) ([]Booking, error) {
	var w db.Where
	var out []Booking
	if err := tx.All(&out, `SELECT `+columns+` FROM `+f.rows(&w), w.Args...); err != nil {
		return nil, err
	}
	return out, Name(tx, out)
}

// Name fills in the names of releases and of people.
func Name(tx *db.Tx, bs []Booking) error {
	var releases []id.Release
	var people []id.Person
	seen := map[string]bool{"": true}
	for _, b := range bs {
		if !seen[string(b.Release)] {
			seen[string(b.Release)] = true
			releases = append(releases, b.Release)
		}
		if !seen[string(b.RequestedBy)] {
			seen[string(b.RequestedBy)] = true
			people = append(people, b.RequestedBy)
		}
	}
	type head struct {
		ID        id.Release
		Key, Name string
	}
	known := map[id.Release]head{}
	for list := range slices.Chunk(releases, 500) {
		var rows []head
		var w db.Where
		db.In(&w, "id", list)
		if err := tx.All(&rows, `SELECT id, key, name FROM release`+w.String(), w.Args...); err != nil {
			return err
		}
		for _, r := range rows {
			known[r.ID] = r
		}
	}
	names, err := auth.PeopleByID(tx, people...)
	for i := range bs {
		r := known[bs[i].Release]
		bs[i].ReleaseKey, bs[i].ReleaseName = r.Key, r.Name
		bs[i].ByName = names[bs[i].RequestedBy].Name
	}
	return err
}

// RuleOf returns how a thing may be booked; without a row it is exclusive and asks for approval.
func RuleOf(tx *db.Tx, k Kind, thing string) (Rule, error) {
	r := Rule{Kind: k, Thing: thing, Capacity: 1, Approval: true}
	err := tx.Get(&r, `SELECT kind, thing, capacity, approval, owner, rev, changed_at, changed_by FROM bookable WHERE kind = $1 AND thing = $2`, k, thing)
	if errors.Is(err, db.ErrNone) {
		err = nil
	}
	return r, err
}

// Rules returns how things of a kind may be booked, those that say so.
func Rules(tx *db.Tx, k Kind, things []string) (map[string]Rule, error) {
	out := map[string]Rule{}
	if len(things) == 0 {
		return out, nil
	}
	var rows []Rule
	var w db.Where
	w.And("kind = ?", string(k))
	db.In(&w, "thing", things)
	err := tx.All(&rows, `SELECT kind, thing, capacity, approval, owner, rev, changed_at, changed_by FROM bookable`+w.String(), w.Args...)
	for _, r := range rows {
		out[r.Thing] = r
	}
	for _, t := range things {
		if _, ok := out[t]; !ok {
			out[t] = Rule{Kind: k, Thing: t, Capacity: 1, Approval: true}
		}
	}
	return out, err
}

// PutRule writes how a thing may be booked over the version that it carries, 0 for one that says nothing yet; false says that
// this version is gone.
func PutRule(tx *db.Tx, r Rule) (bool, error) {
	if err := Turn(tx, r.Kind, r.Thing); err != nil {
		return false, err
	}
	n, err := tx.Exec(`UPDATE bookable SET capacity = $1, approval = $2, owner = $3, rev = rev + 1, changed_at = $4, changed_by = $5 WHERE kind = $6 AND thing = $7 AND rev = $8`,
		r.Capacity, r.Approval, r.Owner, r.ChangedAt, r.ChangedBy, r.Kind, r.Thing, r.Rev)
	return n == 1, err
}

// Turn takes the turn of a thing: whoever confirms a booking of it at the same time waits and then begins again with what this
// transaction committed. It is the first statement about the thing of whatever may confirm.
func Turn(tx *db.Tx, k Kind, thing string) error {
	_, err := tx.Exec(`INSERT INTO bookable (kind, thing, capacity, approval, owner, turns, rev, changed_at, changed_by) VALUES ($1, $2, 1, TRUE, '', 1, 0, $3, '')
		ON CONFLICT (kind, thing) DO UPDATE SET turns = bookable.turns + 1`, k, thing, tx.Now)
	return err
}
