package feed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"slipway/internal/calendar/ical"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Answer is a feed as a calendar program gets it.
type Answer struct {
	ETag string // quoted
	Text []byte // nil if the asker has it already
}

// drawing is what was answered for a state of everything that a feed shows.
type drawing struct{ state, etag string }

// remembered bounds how many feeds are remembered; a fuller memory starts again.
const remembered = 20_000

// refresh is how often programs are told to look again.
const refresh = time.Hour

// Serve answers whoever holds the token of a feed, with the rights of its person now. base is the address of the server for
// links; has are the tags that the asker holds, as the header If-None-Match names them. It fails with errs.NotFound for a
// token that leads nowhere and for a person who is no longer active.
//
// Where nothing that a feed could show has changed since it was last drawn here, the tag comes from the numbers of the
// changes, in some statements; else the feed is drawn and the tag is that of its text.
func (f *Feeds) Serve(ctx context.Context, token, base, has string) (Answer, error) {
	x, err := f.find(ctx, token)
	if err != nil {
		return Answer{}, err
	}
	ctx, err = auth.WithPerson(ctx, f.o.Rights, x.Owner)
	if errs.Is(err, errs.CodeUnauthenticated) || errs.Is(err, errs.CodeNotFound) {
		err = unseen()
	}
	if err != nil {
		return Answer{}, err
	}
	var out Answer
	var state string
	err = f.db.Read(ctx, func(tx *db.Tx) error {
		out = Answer{}
		var err error
		if state, err = f.state(tx, base); err != nil {
			return err
		}
		if tag, ok := f.recall(x.ID, state); ok && holds(has, tag) {
			out.ETag = tag
			return nil
		}
		if out.Text, err = f.text(tx, x, base); err != nil {
			return err
		}
		sum := sha256.Sum256(out.Text)
		out.ETag = `"` + hex.EncodeToString(sum[:16]) + `"`
		return nil
	})
	if err != nil {
		return Answer{}, err
	}
	f.keep(x.ID, drawing{state, out.ETag})
	if holds(has, out.ETag) {
		out.Text = nil
	}
	return out, f.touch(ctx, x)
}

func (f *Feeds) find(ctx context.Context, token string) (Feed, error) {
	var x Feed
	token, ok := strings.CutSuffix(token, ".ics")
	if !ok || !isToken(token) {
		return x, unseen()
	}
	err := f.db.Read(ctx, func(tx *db.Tx) (err error) {
		x, err = feedByHash(tx, digest(token))
		return err
	})
	if errors.Is(err, db.ErrNone) {
		err = unseen()
	}
	return x, err
}

// state names everything that the text of a feed depends on: the newest entry of the ledger, since every change has one, what
// the person may see, and the day, since what is over leaves the feed. On PostgreSQL an entry gets its number a moment after
// its change; for that moment a program may be told that it has the newest text.
func (f *Feeds) state(tx *db.Tx, base string) (string, error) {
	h, err := ledger.HeadOf(tx)
	if err != nil {
		return "", err
	}
	v, err := auth.Version(tx)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d/%d/%s/%s", h.Size, v, tx.Now.Std().Format(time.DateOnly), base)
	for _, p := range []string{"calendar.read", "plan.read"} {
		all, scopes, err := auth.Scopes(tx, p)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "/%t%v", all, scopes)
	}
	return b.String(), nil
}

func (f *Feeds) recall(x ID, state string) (string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d, ok := f.drawn[x]
	return d.etag, ok && d.state == state
}

func (f *Feeds) keep(x ID, d drawing) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.drawn) >= remembered {
		clear(f.drawn)
	}
	f.drawn[x] = d
}

// holds reports whether If-None-Match names a tag. Tags are compared weakly, as RFC 9110 section 13.1.2 asks.
func holds(has, tag string) bool {
	for h := range strings.SplitSeq(has, ",") {
		if h = strings.TrimSpace(h); h == "*" || strings.TrimPrefix(h, "W/") == tag {
			return true
		}
	}
	return false
}

func (f *Feeds) touch(ctx context.Context, x Feed) error {
	now := db.At(f.db.Clock().Now())
	if !x.UsedAt.IsZero() && now.Sub(x.UsedAt) < touchEvery {
		return nil
	}
	return f.db.Write(ctx, func(tx *db.Tx) error { return touchFeed(tx, x.ID) })
}

// text draws a feed.
func (f *Feeds) text(tx *db.Tx, x Feed, base string) ([]byte, error) {
	d := draw{tx: tx, feeds: f, feed: x, base: strings.TrimSuffix(base, "/"), since: tx.Now.Add(-past), until: tx.Now.Add(-ended)}
	if err := d.all(); err != nil {
		return nil, err
	}
	c := ical.Calendar{Name: "Slipway: " + x.Name, Description: "Releases, windows, freezes and bookings from Slipway.", Refresh: refresh, Events: d.events}
	return c.Text()
}
