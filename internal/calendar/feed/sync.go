package feed

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"slipway/internal/calendar/ical"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/dial"
	"slipway/internal/platform/job"
)

const (
	syncJob = "source.sync"
	dueJob  = "source.due"
	// dueEvery is how often it is looked which sources are due.
	dueEvery = 10 * time.Minute
	// wholly is how often a text is fetched whether it changed or not, so that its recurring events go on ahead.
	wholly = 30 * 24 * time.Hour
)

type syncArgs struct {
	Source SourceID `json:"source"`
}

// Jobs registers the background work: which sources are due, and the fetching of one.
func (f *Feeds) Jobs(r *job.Runner) {
	r.Register(syncJob, 2*time.Minute, func(ctx context.Context, args []byte) error {
		var a syncArgs
		if err := json.Unmarshal(args, &a); err != nil {
			return err
		}
		_, err := f.Sync(auth.WithSystem(ctx), string(a.Source))
		if errs.Is(err, errs.CodeBlocked) || errs.Is(err, errs.CodeNotFound) || errs.Is(err, errs.CodeInvalid) || errs.Is(err, errs.CodeUnavailable) || errs.Is(err, errs.CodeTooLarge) {
			return nil // it is kept with the source, and tried again when it is due
		}
		return err
	})
	r.Register(dueJob, time.Minute, func(ctx context.Context, _ []byte) error { return f.due(auth.WithSystem(ctx)) })
	r.Periodic(dueJob, dueEvery)
}

// due enqueues the sources whose time has come.
func (f *Feeds) due(ctx context.Context) error {
	return f.db.Write(ctx, func(tx *db.Tx) error {
		ids, err := dueSources(tx)
		if err != nil || f.o.Queue == nil {
			return err
		}
		for _, s := range ids {
			if err := f.o.Queue.Enqueue(tx, job.Job{Kind: syncJob, Args: syncArgs{s}, Unique: string(s)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Sync fetches a source from its address now and replaces its events by what came. What goes wrong is kept with the source, whose
// events stay as they were, and returned: errs.Blocked for an address that is not allowed, errs.Unavailable for a server that does
// not answer as it should, errs.Invalid for its text, with the line.
func (f *Feeds) Sync(ctx context.Context, ref string) (Source, error) {
	var s Source
	err := f.db.Read(ctx, func(tx *db.Tx) (err error) {
		s, err = edited(tx, ref)
		return err
	})
	if err != nil {
		return s, err
	}
	if s.URL == "" {
		return s, errs.Blocked("source.uploaded", "%s was uploaded. Upload its text again to change it.", s.Name)
	}
	if f.o.Dial == nil {
		return s, errs.Unavailable("source.no_dial", "This server makes no calls.")
	}
	call := dial.Call{URL: s.URL, Headers: map[string]string{"Accept": "text/calendar, text/plain;q=0.5"}, Timeout: 60 * time.Second, Limit: ical.MaxBytes}
	if now := db.At(f.db.Clock().Now()); now.Sub(s.ReadAt) < wholly {
		if s.ETag != "" {
			call.Headers["If-None-Match"] = s.ETag
		}
		if s.Modified != "" {
			call.Headers["If-Modified-Since"] = s.Modified
		}
	}
	a, err := f.o.Dial.Do(ctx, call)
	switch {
	case err != nil:
		var sent *dial.Sent
		if errors.As(err, &sent) {
			err = sent.Err
		}
		return s, f.failed(ctx, s, err)
	case a.Status == 304:
		return f.same(ctx, s)
	case a.Status != 200:
		return s, f.failed(ctx, s, errs.Unavailable("source.status", "The server answered with status %d.", a.Status))
	case a.Cut:
		return s, f.failed(ctx, s, errs.TooLarge("ical.too_large", "A calendar has at most %d MiB; this one has more.", ical.MaxBytes>>20))
	}
	l, err := f.read(string(a.Body), s.Zone, fetchYears)
	if err != nil {
		return s, f.failed(ctx, s, err)
	}
	return f.store(ctx, string(s.ID), l, func(s *Source) {
		s.ETag, s.Modified = clip(a.Headers["etag"], 500), clip(a.Headers["last-modified"], 100)
	})
}

// failed keeps why a source could not be read, and returns it.
func (f *Feeds) failed(ctx context.Context, s Source, why error) error {
	e := errs.As(why)
	line := 0
	if len(e.Fields) > 0 {
		line = e.Fields[0].Line
	}
	err := f.db.Write(ctx, func(tx *db.Tx) error { return sourceFailed(tx, s.ID, clip(e.Msg, 1000), line) })
	return cmp.Or(err, why)
}

// same notes that the text is as it was.
func (f *Feeds) same(ctx context.Context, s Source) (Source, error) {
	err := f.db.Write(ctx, func(tx *db.Tx) error {
		s.TriedAt, s.SyncedAt, s.Fault, s.FaultLine = tx.Now, tx.Now, "", 0
		return sourceSame(tx, s.ID)
	})
	return s, err
}

func sortDays(ds []Day) {
	slices.SortStableFunc(ds, func(a, b Day) int { return cmp.Compare(a.Date, b.Date) })
}

func isNone(err error) bool { return errors.Is(err, db.ErrNone) }
