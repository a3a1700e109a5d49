package feed

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"slipway/internal/calendar/ical"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// What is kept of a source.
const (
	MaxKept     = 10_000 // events
	behindYears = 1
	fetchYears  = 3
	uploadYears = 5 // nobody fetches these again
	maxText     = 2_000
)

// Event is one event of a source.
type Event struct {
	Source      SourceID   `json:"-"`
	SourceKey   string     `json:"source" db:"source_key"`
	SourceName  string     `json:"sourceName"`
	Kind        SourceKind `json:"kind"`
	Place       int64      `json:"-"`
	UID         string     `json:"uid" db:"uid"`
	Start       db.Time    `json:"start" db:"start_at"`
	End         db.Time    `json:"end" db:"end_at"`
	FirstDay    string     `json:"firstDay,omitempty"` // of whole days, as 2026-12-24
	LastDay     string     `json:"lastDay,omitempty"`  // the last of them
	Summary     string     `json:"summary"`
	Description string     `json:"description,omitempty"`
	Location    string     `json:"location,omitempty"`
	URL         string     `json:"url,omitempty" db:"url"`
}

// load is a text that was read.
type load struct {
	events []Event
	notes  []ical.Note
	digest string
}

func (l *load) into(s *Source, now db.Time) {
	s.Events, s.Digest, s.Notes = int64(len(l.events)), l.digest, l.notes
	s.TriedAt, s.SyncedAt, s.ReadAt, s.Fault, s.FaultLine = now, now, now, "", 0
}

// read reads a text and expands it some years ahead. It fails as ical.Read does, and with errs.Invalid source.too_many
// or, if all its events had to be left out, source.unreadable: a fault of the text takes nobody's days off.
func (f *Feeds) read(text, zone string, years int) (*load, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	doc, err := ical.Read([]byte(text))
	if err != nil {
		return nil, err
	}
	now := f.db.Clock().Now()
	from := now.AddDate(-behindYears, 0, 0)
	list, notes, err := doc.Occurrences(from, now.AddDate(years, 0, 0), loc)
	if err != nil {
		return nil, err
	}
	if len(list) > MaxKept {
		return nil, errs.Invalid("source.too_many", "The calendar has %d events from %s on for %d years; %d are kept at most. Import a calendar with fewer.",
			len(list), from.Format(time.DateOnly), years+behindYears, MaxKept)
	}
	out := &load{notes: append(doc.Notes, notes...)}
	if len(out.notes) > ical.MaxNotes {
		out.notes = out.notes[:ical.MaxNotes]
	}
	if len(list) == 0 && doc.LeftOut+len(notes) > 0 {
		n := out.notes[0]
		return nil, errs.Invalid("source.unreadable", "No event of the calendar could be read, so nothing was changed. Line %d: %s", n.Line, n.Msg).
			With(errs.Field{Name: "text", Reason: n.Reason, Msg: n.Msg, Line: n.Line})
	}
	for i, o := range list {
		e := Event{Place: int64(i), UID: clip(o.Event.UID, 500), Start: db.At(o.Start), End: db.At(o.End), Summary: clip(o.Event.Summary, 500),
			Description: clip(o.Event.Description, maxText), Location: clip(o.Event.Location, 500), URL: safe(o.Event.URL)}
		if !o.First.IsZero() {
			e.FirstDay, e.LastDay = o.First.Format(time.DateOnly), o.Last.Format(time.DateOnly)
		}
		out.events = append(out.events, e)
	}
	b, err := json.Marshal(out.events)
	if err != nil {
		return nil, errs.Internal("source.digest", err)
	}
	sum := sha256.Sum256(b)
	out.digest = hex.EncodeToString(sum[:])
	return out, nil
}

// clip cuts a text to so many bytes at most.
func clip(s string, most int) string {
	s = strings.TrimSpace(s)
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…"
}

// safe keeps an address that a page may link to.
func safe(u string) string {
	if l := strings.ToLower(u); len(u) <= 2000 && (strings.HasPrefix(l, "https://") || strings.HasPrefix(l, "http://")) {
		return u
	}
	return ""
}

// Load replaces the events of a source by those of a text. It fails with errs.NotFound, errs.Forbidden, errs.Blocked source.closed or
// source.fetched, and as package ical refuses a text, with its line.
func (f *Feeds) Load(ctx context.Context, ref, text string) (Source, error) {
	s, err := f.Source(ctx, ref)
	if err != nil {
		return s, err
	}
	if err := f.may(ctx); err != nil { // before the text costs anything
		return s, err
	}
	if s.URL != "" {
		return s, errs.Blocked("source.fetched", "%s is fetched from its address; a text cannot take its place.", s.Name)
	}
	l, err := f.read(text, s.Zone, uploadYears)
	if err != nil {
		return s, err
	}
	return f.store(ctx, string(s.ID), l, nil)
}

// store writes what was read. tags says what the other server said of the text.
func (f *Feeds) store(ctx context.Context, ref string, l *load, tags func(s *Source)) (Source, error) {
	var out Source
	err := f.db.Write(ctx, func(tx *db.Tx) error {
		s, err := edited(tx, ref)
		if err != nil {
			return err
		}
		changed := s.Digest != l.digest
		before := s.Events
		l.into(&s, tx.Now)
		if tags != nil {
			tags(&s)
		}
		if changed {
			s.Rev++
			if err := replaceEvents(tx, s.ID, l.events); err != nil {
				return err
			}
			ledger.Append(tx, ledger.Entry{Action: SourceSynced, Subject: ledger.Subject{Kind: "source", ID: string(s.ID)},
				Payload: map[string]any{"key": s.Key, "name": s.Name, "before": before, "events": s.Events, "leftOut": int64(len(s.Notes))}})
		}
		out = s
		return updateSource(tx, s)
	})
	return out, err
}

// Events returns the imported events that touch [from, to), by start, at most so many.
func (f *Feeds) Events(ctx context.Context, from, to db.Time, most int) ([]Event, error) {
	var out []Event
	err := f.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = Imported(tx, from, to, most)
		return err
	})
	return out, err
}

// Imported is Events inside the caller's snapshot. It fails with errs.Forbidden unless the caller may see sources.
func Imported(tx *db.Tx, from, to db.Time, most int) ([]Event, error) {
	if err := mayRead(tx); err != nil {
		return nil, err
	}
	return eventsBetween(tx, from, to, most)
}

// Day is a whole day off.
type Day struct{ Date, Name string }

// Days returns the whole days of a source from one date up to and with another, as 2026-12-24, each with what its event is called, by
// date. Who reads working time asks inside the transaction that uses them; rights are the asker's to check. It fails with errs.NotFound.
func Days(tx *db.Tx, source, from, to string) ([]Day, error) {
	s, err := sourceBy(tx, source)
	if err != nil {
		return nil, cmp.Or(missing(err), err)
	}
	es, err := daysBetween(tx, s.ID, from, to)
	if err != nil {
		return nil, err
	}
	var out []Day
	for _, e := range es {
		d, err := time.Parse(time.DateOnly, max(e.FirstDay, from))
		if err != nil {
			return nil, errs.InvalidField("from", "source.day", "A day is written as 2026-12-24.")
		}
		for ; ; d = d.AddDate(0, 0, 1) {
			text := d.Format(time.DateOnly)
			if text > e.LastDay || text > to {
				break
			}
			out = append(out, Day{text, e.Summary})
		}
	}
	sortDays(out)
	return out, nil
}

func missing(err error) error {
	if isNone(err) {
		return auth.Unseen("source")
	}
	return nil
}
