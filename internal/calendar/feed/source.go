package feed

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"net/url"
	"strings"
	"time"

	"slipway/internal/calendar/ical"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
)

// SourceKind is what the events of a source are.
type SourceKind string

// The kinds of sources.
const (
	Holiday     SourceKind = "holiday"
	Maintenance SourceKind = "maintenance"
	Other       SourceKind = "other"
)

// SourceID names a source.
type SourceID string

// Source is the calendar of somebody else.
type Source struct {
	ID         SourceID    `json:"id"`
	Key        string      `json:"key"`
	Name       string      `json:"name"`
	Kind       SourceKind  `json:"kind"`
	URL        string      `json:"url,omitempty"` // "" for one whose text is uploaded
	Zone       string      `json:"zone"`          // of days, and of times that name none
	EveryHours int64       `json:"everyHours,omitempty"`
	Events     int64       `json:"events"`             // that are kept
	TriedAt    db.Time     `json:"triedAt,omitzero"`   // when it was read last, or tried to
	SyncedAt   db.Time     `json:"syncedAt,omitzero"`  // when that went well
	Fault      string      `json:"fault,omitempty"`    // why it did not the last time
	FaultLine  int64       `json:"faultLine,omitzero"` // of the text, where it has one
	Notes      []ical.Note `json:"notes,omitempty" db:"-"`
	Rev        int64       `json:"rev"`
	CreatedAt  db.Time     `json:"createdAt"`
	ClosedAt   db.Time     `json:"closedAt,omitzero"`

	ETag      string  `json:"-" db:"etag"`
	Modified  string  `json:"-"`
	Digest    string  `json:"-"`
	ReadAt    db.Time `json:"-"` // when its events were worked out, which go some years ahead of then
	NotesJSON db.JSON `json:"-" db:"notes"`
}

// SourceSpec is what a person asks of a new source.
type SourceSpec struct {
	Key        string     `json:"key,omitempty" maxLength:"100" doc:"Human key; made from the name if left out" example:"holidays-de"`
	Name       string     `json:"name" maxLength:"200" doc:"Name as the calendar shows it" example:"Public holidays, Germany"`
	Kind       SourceKind `json:"kind" enum:"holiday,maintenance,other" doc:"holiday, maintenance or other"`
	URL        string     `json:"url,omitempty" maxLength:"2000" doc:"Where it is fetched from; none for a text that is uploaded"`
	Zone       string     `json:"zone,omitempty" maxLength:"64" doc:"IANA zone of days, and of times that name none; UTC if left out" example:"Europe/Berlin"`
	EveryHours int64      `json:"everyHours,omitempty" minimum:"0" maximum:"720" doc:"How often it is fetched; every 24 hours if left out"`
	Text       string     `json:"text,omitempty" doc:"The calendar as text of RFC 5545, in place of an address"`
}

func (in SourceSpec) check(tx *db.Tx) (Source, error) {
	var bad errs.Faults
	s := Source{ID: id.New[SourceID](), Key: in.Key, Name: strings.TrimSpace(in.Name), Kind: in.Kind, URL: strings.TrimSpace(in.URL), Zone: in.Zone, EveryHours: in.EveryHours, CreatedAt: tx.Now, Rev: 1}
	switch {
	case s.Name == "":
		bad.Say("name", "name.missing", "Give it a name, such as Public holidays, Germany.")
	case len(s.Name) > 200:
		bad.Say("name", "name.too_long", "A name has at most 200 bytes.")
	}
	if s.Key == "" {
		s.Key = id.Keyed(s.Name)
	}
	if s.Name != "" || in.Key != "" {
		bad.Add(id.CheckKey("key", s.Key))
	}
	switch s.Kind {
	case Holiday, Maintenance, Other:
	default:
		bad.Say("kind", "source.kind", "A source is holiday, maintenance or other, not %.40q.", in.Kind)
	}
	if s.Zone == "" {
		s.Zone = "UTC"
	}
	if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "Local" || len(s.Zone) > 64 {
		bad.Say("zone", "source.zone", "There is no time zone %.64q. Use an IANA name such as Europe/Berlin.", in.Zone)
	}
	switch {
	case s.URL != "" && in.Text != "":
		bad.Say("text", "source.both", "Give an address or a text, not both.")
	case s.URL == "" && in.Text == "":
		bad.Say("url", "source.neither", "Give the address of the calendar, or upload its text.")
	case s.URL != "":
		checkURL(&bad, s.URL)
		if s.EveryHours == 0 {
			s.EveryHours = 24
		}
	default:
		s.EveryHours = 0
	}
	if s.EveryHours < 0 || s.EveryHours > 720 {
		bad.Say("everyHours", "source.every", "It is fetched every 1 to 720 hours.")
	}
	return s, bad.Err(bad.Counted(), 0)
}

func checkURL(bad *errs.Faults, text string) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || len(text) > 2000 {
		bad.Say("url", "source.url", "An address begins with https:// or http:// and holds no password. Write webcal:// as https://.")
	}
}

// AddSource imports a calendar: from a text at once, from an address by a job that follows. It fails with errs.Invalid, naming the fields, with
// errs.Conflict for a key that is taken, and for a text as Load does.
func (f *Feeds) AddSource(ctx context.Context, in SourceSpec) (Source, error) {
	var loaded *load
	if in.Text != "" && in.URL == "" {
		if err := f.may(ctx); err != nil { // before the text costs anything
			return Source{}, err
		}
		l, err := f.read(in.Text, in.Zone, uploadYears)
		if err != nil {
			return Source{}, err
		}
		loaded = l
	}
	var out Source
	err := f.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "source.edit", auth.Everywhere); err != nil {
			return err
		}
		s, err := in.check(tx)
		if err != nil {
			return err
		}
		if loaded != nil {
			loaded.into(&s, tx.Now)
		}
		fresh, err := insertSource(tx, s, ledger.ActorOf(tx.Context()).ID)
		if err != nil {
			return err
		}
		if !fresh {
			theirs, err := sourceBy(tx, s.Key)
			return cmp.Or[error](err, errs.Conflict("key.taken", theirs, "There is a source with the key %s already. Choose another key.", s.Key))
		}
		if loaded != nil {
			if err := replaceEvents(tx, s.ID, loaded.events); err != nil {
				return err
			}
		} else if f.o.Queue != nil {
			if err := f.o.Queue.Enqueue(tx, job.Job{Kind: syncJob, Args: syncArgs{s.ID}, Unique: string(s.ID)}); err != nil {
				return err
			}
		}
		out = s
		ledger.Append(tx, ledger.Entry{Action: SourceAdded, Subject: ledger.Subject{Kind: "source", ID: string(s.ID)},
			Payload: map[string]any{"key": s.Key, "name": s.Name, "kind": s.Kind, "url": hidden(s.URL), "urlDigest": fingerprint(s.URL), "zone": s.Zone, "everyHours": s.EveryHours,
				"events": s.Events}})
		return nil
	})
	return out, err
}

// hidden is what may be told of an address: behind the host often stands the secret of a private calendar.
func hidden(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host + "/…"
}

// fingerprint tells addresses apart that must not be written down.
func fingerprint(address string) string {
	if address == "" {
		return ""
	}
	return hex.EncodeToString(digest(address))
}

// conceal hides the addresses of sources from who may not edit them.
func conceal(tx *db.Tx, list ...*Source) error {
	may, err := auth.Allowed(tx, "source.edit", auth.Everywhere)
	if err != nil || may {
		return err
	}
	for _, s := range list {
		s.URL = hidden(s.URL)
	}
	return nil
}

// may fails unless the caller may edit sources; it reads.
func (f *Feeds) may(ctx context.Context) error {
	return f.db.Read(ctx, func(tx *db.Tx) error { return auth.Check(tx, "source.edit", auth.Everywhere) })
}

// Sources returns the calendars that are imported, by key; closed ones with all. Of addresses only who may edit sources sees more than the host.
func (f *Feeds) Sources(ctx context.Context, all bool) ([]Source, error) {
	var out []Source
	err := f.db.Read(ctx, func(tx *db.Tx) (err error) {
		if err := mayRead(tx); err != nil {
			return err
		}
		if out, err = sources(tx, all); err != nil {
			return err
		}
		list := make([]*Source, len(out))
		for i := range out {
			list[i] = &out[i]
		}
		return conceal(tx, list...)
	})
	return out, err
}

// Source returns a source by key or identifier, its address as Sources does. It fails with errs.NotFound.
func (f *Feeds) Source(ctx context.Context, ref string) (Source, error) {
	var out Source
	err := f.db.Read(ctx, func(tx *db.Tx) (err error) {
		if out, err = seenSource(tx, ref); err != nil {
			return err
		}
		return conceal(tx, &out)
	})
	return out, err
}

// mayRead checks that the caller sees sources; a role for one product is enough, since they are nobody's.
func mayRead(tx *db.Tx) error {
	all, scopes, err := auth.Scopes(tx, "source.read")
	if err == nil && !all && len(scopes) == 0 {
		err = auth.Check(tx, "source.read", auth.Everywhere)
	}
	return err
}

func seenSource(tx *db.Tx, ref string) (Source, error) {
	if err := mayRead(tx); err != nil {
		return Source{}, err
	}
	s, err := sourceBy(tx, ref)
	if errors.Is(err, db.ErrNone) {
		err = auth.Unseen("source")
	}
	return s, err
}

// edited returns a source that the caller may change and that is not closed.
func edited(tx *db.Tx, ref string) (Source, error) {
	s, err := seenSource(tx, ref)
	if err != nil {
		return s, err
	}
	if err := auth.Check(tx, "source.edit", auth.Everywhere); err != nil {
		return s, err
	}
	if !s.ClosedAt.IsZero() {
		return s, errs.Blocked("source.closed", "%s was closed at %s. Import it anew instead.", s.Name, s.ClosedAt)
	}
	return s, nil
}

// CloseSource ends an import; its events go. It fails with errs.NotFound, errs.Forbidden and errs.Blocked source.closed.
func (f *Feeds) CloseSource(ctx context.Context, ref string) (Source, error) {
	var out Source
	err := f.db.Write(ctx, func(tx *db.Tx) error {
		s, err := edited(tx, ref)
		if err != nil {
			return err
		}
		s.ClosedAt, s.Events, s.Digest = tx.Now, 0, ""
		if err := replaceEvents(tx, s.ID, nil); err != nil {
			return err
		}
		ledger.Append(tx, ledger.Entry{Action: SourceClosed, Subject: ledger.Subject{Kind: "source", ID: string(s.ID)}, Payload: map[string]any{"key": s.Key, "name": s.Name}})
		s.Rev++
		out = s
		return updateSource(tx, s)
	})
	return out, err
}
