package ledger

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger/leaf"
)

// Record is an entry that has its place.
type Record struct {
	Seq        int64      `json:"seq"`
	ID         id.Entry   `json:"id"`
	At         db.Time    `json:"at"`
	Actor      Actor      `json:"actor"`
	Action     string     `json:"action"`
	Subject    Subject    `json:"subject"`
	Release    id.Release `json:"release,omitempty"`
	Scope      string     `json:"scope,omitempty"`
	Payload    db.JSON    `json:"payload,omitempty"`    // absent when redacted
	RedactedBy id.Entry   `json:"redactedBy,omitempty"` // the entry that records the redaction
	Header     string     `json:"-"`                    // the bytes under the leaf
}

// Leaf returns the entry's leaf in hexadecimal, as pages show it.
func (r Record) Leaf() string { return hexOf(leaf.Hash([]byte(r.Header))) }

// Filter says which entries to list. Members that are set must all hold.
type Filter struct {
	// All lets every scope be seen; otherwise only entries of Scopes are. A filter without either finds nothing.
	All    bool
	Scopes []string

	Release id.Release
	Subject Subject
	// Action is an action or the words that it starts with: "risk" finds risk.opened.
	Action string
	// Person is on whose behalf.
	Person id.Person
	// Machine is an actor that is no person, such as a token; its For is not looked at.
	Machine Actor
	// Since and Until bound the instant, Until excluded. They narrow what is read by sequence but are no index of their own.
	Since, Until db.Time

	// From and To bound the sequence numbers, To excluded; a zero To does not.
	From, To int64
	// Newest lists from the end. The next page has To = the last Seq seen, or without Newest From = the last Seq + 1.
	Newest bool
	// Limit is the greatest number of entries, 50 if zero, at most 1,000.
	Limit int
}

// Entries lists entries by sequence number. It costs an index lookup and the page, wherever the page lies; a
// combination is looked up by the first set of subject, release, person, machine, action, scope; the others are then looked
// at row by row, about 2 µs each, until the page is full.
func (l *Ledger) Entries(ctx context.Context, f Filter) (rs []Record, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		rs, err = Entries(tx, f)
		return err
	})
	return rs, err
}

// Entries lists entries as the transaction sees them; see Ledger.Entries.
func Entries(tx *db.Tx, f Filter) ([]Record, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	f.Limit = min(f.Limit, 1000)
	return recordRows(tx, f)
}

// ByID returns one entry that has its number. It fails with errs.NotFound otherwise; the caller checks Record.Scope.
func ByID(tx *db.Tx, e id.Entry) (Record, error) {
	seq, found, err := seqOf(tx, e)
	if err != nil {
		return Record{}, err
	}
	if !found {
		return Record{}, errs.NotFound("ledger.entry_missing", "There is no such entry.")
	}
	return BySeq(tx, seq)
}

// BySeq returns one entry. It fails with errs.NotFound if there is none; the caller checks Record.Scope.
func BySeq(tx *db.Tx, seq int64) (Record, error) {
	rs, err := Entries(tx, Filter{All: true, From: seq, To: seq + 1})
	if err != nil {
		return Record{}, err
	}
	if len(rs) == 0 {
		return Record{}, errs.NotFound("ledger.entry_missing", "There is no entry %d.", seq)
	}
	return rs[0], nil
}

func (c recordColumns) record() (Record, error) {
	h, err := leaf.Parse([]byte(c.Header))
	if err != nil {
		return Record{}, errs.Internal("ledger.entry_unreadable", err)
	}
	return Record{
		Seq: c.Seq, ID: id.Entry(h.ID), At: db.Time(h.At),
		Actor:  Actor{Kind: h.Actor.Kind, ID: h.Actor.ID, For: id.Person(h.Actor.For)},
		Action: h.Action, Subject: Subject(h.Subject), Release: id.Release(h.Release), Scope: h.Scope,
		Payload: c.Payload, RedactedBy: id.Entry(c.RedactedBy.String), Header: c.Header,
	}, nil
}
