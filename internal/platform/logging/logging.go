package logging

import (
	"context"
	"io"
	"log/slog"
	"net/url"
	"strings"

	"slipway/internal/platform/httpx"
)

// Options choose how much is written and how.
type Options struct {
	Level  string // debug, info, warn or error; anything else is info
	Format string // json, or text for anything else
}

// New returns a logger that writes to w.
func New(w io.Writer, o Options) *slog.Logger {
	h := &slog.HandlerOptions{Level: LevelOf(o.Level), ReplaceAttr: blank}
	var base slog.Handler = slog.NewTextHandler(w, h)
	if o.Format == "json" {
		base = slog.NewJSONHandler(w, h)
	}
	return slog.New(handler{base})
}

// LevelOf reads a level's name.
func LevelOf(name string) slog.Level {
	switch strings.ToLower(name) {
	case "debug":
		return slog.LevelDebug
	case "warn":
		return slog.LevelWarn
	case "error":
		return slog.LevelError
	}
	return slog.LevelInfo
}

// handler adds the identity of the request to each record.
type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if id := httpx.RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h handler) WithAttrs(a []slog.Attr) slog.Handler { return handler{h.Handler.WithAttrs(a)} }
func (h handler) WithGroup(name string) slog.Handler   { return handler{h.Handler.WithGroup(name)} }

// words in the name of an attribute whose value is a credential.
var words = []string{"password", "passwd", "secret", "token", "authorization", "cookie", "credential", "private", "apikey", "api_key"}

func blank(_ []string, a slog.Attr) slog.Attr {
	name := strings.ToLower(a.Key)
	for _, w := range words {
		if strings.Contains(name, w) {
			return slog.String(a.Key, "(hidden)")
		}
	}
	switch v := a.Value.Any().(type) {
	case *url.URL:
		if v != nil {
			return slog.String(a.Key, v.Redacted())
		}
	case string:
		if strings.Contains(v, "://") && strings.Contains(v, "@") {
			if u, err := url.Parse(v); err == nil && u.User != nil {
				return slog.String(a.Key, u.Redacted())
			}
		}
	}
	return a
}
