package live

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
)

// Most is the number of fragments over which a page is loaded anew instead.
const Most = 500

// Update is what a page has to show since a sequence.
type Update struct {
	Fragments []Fragment
	Seq       int64 // the ledger sequence that the fragments were rendered from
	Reload    bool  // too much has changed: the page is to be loaded anew
}

// Stream is the live part of one page for one viewer.
type Stream struct {
	Topics []string
	// Render returns the current fragments of the subjects touched after since, as this viewer may see them, from one
	// snapshot. With nothing new it returns no fragments and the sequence it has seen.
	Render func(ctx context.Context, since int64) (Update, error)
	// Allowed is asked every minute whether the viewer may still see the page; an error ends the stream for good. Nil
	// allows.
	Allowed func(ctx context.Context) error
	// Failed is told of an error of Render, for the log; nil tells nobody. The stream ends, and the reader comes back.
	Failed func(error)
}

// Serve answers with an event stream until the reader leaves, the viewer may no longer see the page, or the hub is closed.
// It starts after the Last-Event-ID that the reader brings, or after ?since= of the page, or with what comes next. It
// fails with errs.Unavailable, before anything is written, when the hub is closed or full, and with errs.Invalid when the
// position is no number; once the stream has begun there is nobody to tell and it returns nil.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, s Stream) error {
	since, replay, err := position(r)
	if err != nil {
		return err
	}
	in := h.join(s.Topics)
	if in == nil {
		w.Header().Set("Retry-After", "5")
		return errs.Unavailable("live.unavailable", "This server opens no more live connections at the moment. The page tries again by itself.")
	}
	defer h.leave(in)
	head := w.Header()
	head.Set("Content-Type", "text/event-stream; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no") // a proxy in between must not collect
	w.WriteHeader(http.StatusOK)
	o := &out{w: w, c: http.NewResponseController(w), deadline: h.config.Deadline}
	if o.send(": open\n\n") != nil {
		return nil
	}
	h.run(r.Context(), o, s, in, since, replay)
	return nil
}

// run is the life of a stream.
func (h *Hub) run(ctx context.Context, o *out, s Stream, in *reader, since int64, replay bool) {
	beat, check := time.NewTicker(h.config.Heartbeat), time.NewTicker(h.config.Recheck)
	defer beat.Stop()
	defer check.Stop()
	if replay {
		in.signal()
	}
	gap := time.NewTimer(0)
	defer gap.Stop()
	var wake <-chan struct{} // nil while the gap lasts
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.closed:
			return
		case <-gap.C:
			wake = in.wake
		case <-wake:
			up, err := s.Render(ctx, since)
			if err != nil {
				if s.Failed != nil && ctx.Err() == nil {
					s.Failed(err)
				}
				// The page could not be rendered. What it is about cannot be told in a stream: the reader comes back
				// with its position, and if the cause lasts, the page itself says what it is.
				return
			}
			msg, err := message(ctx, up, since)
			if err != nil || (msg != "" && o.send(msg) != nil) {
				return
			}
			since = max(since, up.Seq)
			wake = nil
			gap.Reset(h.config.Gap)
		case <-beat.C:
			if o.send(": beat\n\n") != nil {
				return
			}
		case <-check.C:
			if s.Allowed != nil && s.Allowed(ctx) != nil {
				_ = o.send("event: gone\ndata: gone\n\n")
				return
			}
		}
	}
}

// position reads where the reader stands.
func position(r *http.Request) (since int64, replay bool, err error) {
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = r.URL.Query().Get("since")
	}
	if text == "" {
		return 0, false, nil
	}
	since, err = strconv.ParseInt(text, 10, 64)
	if err != nil || since < 0 {
		return 0, false, errs.InvalidField("since", "live.position", "The position of a live stream is a number.")
	}
	return since, true, nil
}

// message writes an update as one event: what is new, or only the new position, or nothing.
func message(ctx context.Context, up Update, since int64) (string, error) {
	id := "id: " + strconv.FormatInt(max(up.Seq, since), 10) + "\n"
	if up.Reload || len(up.Fragments) > Most {
		return id + "event: reload\ndata: reload\n\n", nil
	}
	if len(up.Fragments) == 0 {
		if up.Seq <= since {
			return "", nil
		}
		return id + "\n", nil
	}
	var b strings.Builder
	b.WriteString(id)
	for _, f := range up.Fragments {
		if err := f.write(ctx, &b); err != nil {
			return "", err
		}
	}
	b.WriteString("\n")
	return b.String(), nil
}

// out writes to a reader that may have stopped reading.
type out struct {
	w        http.ResponseWriter
	c        *http.ResponseController
	deadline time.Duration
}

func (o *out) send(s string) error {
	// A writer that knows no deadlines (a recorder in a test) cannot get stuck either.
	_ = o.c.SetWriteDeadline(clock.System.Now().Add(o.deadline))
	if _, err := o.w.Write([]byte(s)); err != nil { //nolint:gosec // HTML that templ has escaped, in an event stream
		return err
	}
	return o.c.Flush()
}
