package console

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/clock"
	"slipway/internal/deploy"
	"slipway/internal/deploy/deployweb/desk"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/web"
)

const (
	logWait = 5 * time.Second  // for new lines, then a sign of life
	logLife = 25 * time.Second // of one stream; the reader comes back with its offset, so no server is held up by readers
	logSend = 10 * time.Second // a reader that takes longer is gone
)

func logURL(run id.Run, step string, after int64) string {
	return desk.RunURL(run, "log") + "?" + url.Values{"step": {step}, "after": {strconv.FormatInt(after, 10)}}.Encode()
}

// drawLog draws pieces of a log, line by line with the time of each piece.
func drawLog(chunks []deploy.Chunk, l desk.Look) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, c := range chunks {
			at := c.At.Std().In(l.Zone).Format("15:04:05")
			for line := range strings.SplitSeq(strings.TrimSuffix(c.Text, "\n"), "\n") {
				b.WriteString(`<span class="ts">` + at + `</span> `)
				if c.Source == "slipway" {
					b.WriteString(`<span class="cm">` + html.EscapeString(line) + "</span>\n")
				} else {
					b.WriteString(html.EscapeString(line) + "\n")
				}
			}
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// log streams the log of a step behind an offset, or of the whole run. An event carries the lines for the page of the console and, as its
// id, the offset behind which a reader goes on. The event "end" says that nothing more comes.
func (p *pages) log(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Step  string `form:"step"`
		After int64  `form:"after"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil {
			return errs.InvalidField("after", "run.log_offset", "The offset of a log is a number.")
		}
		in.After = max(in.After, n)
	}
	run, l := id.Run(r.PathValue("run")), p.Look(r)
	f := deploy.LogFilter{Step: in.Step, After: in.After}
	chunks, ended, err := p.Runs.Log(r.Context(), run, f, 0)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	go func() {
		select {
		case <-p.closed:
			cancel()
		case <-ctx.Done():
		}
	}()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	out := &logOut{w: w, c: http.NewResponseController(w), first: in.After == 0}
	until := clock.System.Now().Add(logLife)
	for {
		if err := out.send(ctx, chunks, l); err != nil {
			return nil // the reader has gone away: nobody to tell
		}
		switch {
		case ended && len(chunks) == 0:
			_ = out.write("event: end\ndata: end\n\n")
			return nil
		case clock.System.Now().After(until) || ctx.Err() != nil:
			return nil
		}
		if n := len(chunks); n > 0 {
			f.After = chunks[n-1].Seq
		}
		if chunks, ended, err = p.Runs.Log(ctx, run, f, logWait); err != nil {
			return nil // the answer has begun; the page itself says what it is
		}
	}
}

type logOut struct {
	w     http.ResponseWriter
	c     *http.ResponseController
	first bool // the page says that nothing was written yet
}

func (o *logOut) send(ctx context.Context, chunks []deploy.Chunk, l desk.Look) error {
	if len(chunks) == 0 {
		return o.write(": beat\n\n")
	}
	var b strings.Builder
	if o.first {
		b.WriteString(`<hx-partial hx-target="#run-log-none" hx-swap="delete"></hx-partial>`)
		o.first = false
	}
	b.WriteString(`<hx-partial hx-target="#run-log" hx-swap="beforeend scroll:bottom"><span>`)
	if err := drawLog(chunks, l).Render(ctx, &b); err != nil {
		return err
	}
	b.WriteString(`</span></hx-partial>`)
	var e strings.Builder
	e.WriteString("id: " + strconv.FormatInt(chunks[len(chunks)-1].Seq, 10) + "\n")
	for line := range strings.SplitSeq(b.String(), "\n") {
		e.WriteString("data: " + line + "\n")
	}
	e.WriteString("\n")
	return o.write(e.String())
}

func (o *logOut) write(s string) error {
	_ = o.c.SetWriteDeadline(clock.System.Now().Add(logSend)) // a recorder of a test knows no deadlines
	if _, err := io.WriteString(o.w, s); err != nil {
		return err
	}
	return o.c.Flush()
}
