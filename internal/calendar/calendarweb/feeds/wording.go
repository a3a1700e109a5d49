package feeds

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/calendar/feed"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// spec is what the form asks for.
func (f makeForm) spec() feed.Spec {
	kind, of, _ := strings.Cut(f.What, "/")
	return feed.Spec{Name: f.Name, Kind: feed.Kind(kind), Of: of}
}

func (p *Pages) mayEdit(r *http.Request) error {
	return p.db.Read(r.Context(), func(tx *db.Tx) error { return auth.Check(tx, "source.edit", auth.Everywhere) })
}

// webcal is an address that the machine's calendar program opens.
func webcal(address string) templ.SafeURL {
	_, rest, _ := strings.Cut(address, "://")
	return templ.SafeURL("webcal://" + rest)
}

func shows(x feed.Feed) string {
	switch x.Kind {
	case feed.Product:
		return "Product " + x.Shows()
	case feed.Environment:
		return "Environment " + x.Shows()
	case feed.Mine:
		return "What concerns its person"
	}
	return "Everything its person may see"
}

func kindWords(k feed.SourceKind) string {
	switch k {
	case feed.Holiday:
		return "Days off"
	case feed.Maintenance:
		return "Maintenance"
	}
	return "Other"
}

func kindOptions() []ui.Option {
	return []ui.Option{{Value: string(feed.Holiday), Text: "Days off", Note: "Public holidays and days on which the company is closed."},
		{Value: string(feed.Maintenance), Text: "Maintenance", Note: "What a supplier announces."}, {Value: string(feed.Other), Text: "Something else"}}
}

func state(s feed.Source) (ui.State, string) {
	switch {
	case !s.ClosedAt.IsZero():
		return ui.Skip, "closed"
	case s.Fault != "":
		return ui.NoGo, "not read"
	case s.SyncedAt.IsZero():
		return ui.Wait, "being fetched"
	case len(s.Notes) > 0:
		return ui.Hold, "read, not all of it"
	}
	return ui.Go, "read"
}

func origin(s feed.Source) string {
	if s.URL == "" {
		return "Uploaded"
	}
	return s.URL
}

func (l look) when(e feed.Event) string {
	if e.FirstDay == "" {
		return ui.Period(e.Start.Std(), e.End.Std(), l.Now, l.Zone)
	}
	first, last := dayOf(e.FirstDay, l.Zone), dayOf(e.LastDay, l.Zone)
	if e.FirstDay == e.LastDay {
		return ui.Date(first, l.Now, l.Zone)
	}
	return ui.Date(first, l.Now, l.Zone) + " to " + ui.Date(last, l.Now, l.Zone)
}

func dayOf(s string, loc *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, s, loc)
	if err != nil {
		return time.Time{}
	}
	return t
}

func (v showView) facts() []ui.Fact {
	fs := []ui.Fact{{Key: "Kind", Value: kindWords(v.Kind)}, {Key: "Comes from", Value: origin(v.Source)}}
	if v.URL != "" {
		fs = append(fs, ui.Fact{Key: "Fetched", Value: "every " + ui.Plural(int(v.EveryHours), "hour", "hours")}, ui.Fact{Key: "Last tried", Value: v.since(v.TriedAt)})
	}
	return append(fs, ui.Fact{Key: "Last read", Value: v.since(v.SyncedAt)}, ui.Fact{Key: "Events", Value: strconv.FormatInt(v.Events, 10)},
		ui.Fact{Key: "Zone of days", Value: v.Zone}, ui.Fact{Key: "Key", Value: v.Key})
}
