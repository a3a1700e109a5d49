package ledger

import (
	"context"
	"fmt"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger/leaf"
)

// The kinds of actors. Later ones are words of the same form.
const (
	KindPerson = "person"
	KindToken  = "token"
	KindJob    = "job"
	KindSystem = "system"
)

// Actor is who does something, and on whose behalf.
type Actor struct {
	Kind string    `json:"kind"`          // KindPerson and its like
	ID   string    `json:"id"`            // identifies the actor among its kind, never by name
	For  id.Person `json:"for,omitempty"` // the person on whose behalf; for a person itself
}

// Person returns the actor that a person is.
func Person(p id.Person) Actor { return Actor{Kind: KindPerson, ID: string(p), For: p} }

// System is the actor of what happens by itself, and of a context that carries none.
var System = Actor{Kind: KindSystem, ID: "slipway"}

type actorKey struct{}

// WithActor returns a context whose entries are the actor's.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf returns the actor of a context, System without one.
func ActorOf(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorKey{}).(Actor); ok {
		return a
	}
	return System
}

// Subject is what an entry is about.
type Subject struct {
	Kind string `json:"kind"` // a noun: risk, release
	ID   string `json:"id"`
}

// Entry is a change to record. The transaction adds the instant, its context the actor.
type Entry struct {
	Action  string // past tense after the noun: risk.opened
	Subject Subject
	Release id.Release // or ""
	Scope   string     // "product/<identifier>", or "" for what concerns the whole installation
	Payload any        // what changed: encoded as canonical JSON, so integers only; people by identifier only
}

// PayloadMax is the greatest length of a payload as canonical JSON in bytes. What is larger belongs into a blob, whose digest
// the payload names.
const PayloadMax = 4 << 20

// Append records an entry with the transaction and returns its identifier. An entry outside of the format (an action
// that is not dotted words, a payload that is no JSON, holds fractions or is longer than PayloadMax) is a programming error:
// the transaction fails at its commit with errs.Internal ledger.entry_malformed.
func Append(tx *db.Tx, e Entry) id.Entry {
	p := &pending{id: id.New[id.Entry]()}
	p.seal(tx, e)
	tx.Collect(collect{}, p)
	return p.id
}

type collect struct{}

// pending is an entry without its place.
type pending struct {
	id      id.Entry
	head    leaf.Header
	header  []byte
	salt    leaf.Salt
	payload db.JSON
	fault   error
}

func (p *pending) seal(tx *db.Tx, e Entry) {
	a := ActorOf(tx.Context())
	p.payload, p.fault = db.Canonical(e.Payload)
	if p.fault == nil && len(p.payload) > PayloadMax {
		p.fault = fmt.Errorf("the payload has %d bytes", len(p.payload))
	}
	if p.fault != nil {
		p.fault = malformed(e, p.fault)
		return
	}
	p.salt = leaf.NewSalt()
	p.head = leaf.Header{
		ID: string(p.id), At: int64(tx.Now),
		Actor:  leaf.Actor{Kind: a.Kind, ID: a.ID, For: string(a.For)},
		Action: e.Action, Subject: leaf.Subject(e.Subject),
		Release: string(e.Release), Scope: e.Scope,
		Payload: leaf.PayloadDigest(p.salt, p.payload),
	}
	if p.header, p.fault = p.head.Encode(); p.fault != nil {
		p.fault = malformed(e, p.fault)
	}
}

func malformed(e Entry, err error) error {
	return errs.Internal("ledger.entry_malformed", fmt.Errorf("ledger: entry %.110q of %.50q: %w", e.Action, e.Subject.Kind, err))
}

// columns are the parts of a header that ledger_entry repeats for queries; "" is NULL where the column allows it.
type columns struct {
	at                                             int64
	action, person, machine, subject, release, scp string
}

func columnsOf(h leaf.Header) columns {
	c := columns{at: h.At, action: h.Action, person: h.Actor.For, subject: subject(Subject(h.Subject)), release: h.Release, scp: h.Scope}
	if h.Actor.Kind != KindPerson {
		c.machine = h.Actor.Kind + "/" + h.Actor.ID
	}
	return c
}

func subject(s Subject) string { return s.Kind + "/" + s.ID }
