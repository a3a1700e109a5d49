package feed_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar/feed"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/dial"
	"slipway/internal/platform/ledger/ledgertest"
)

func holidays(days ...string) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\nVERSION:2.0\n")
	for i, d := range days {
		fmt.Fprintf(&b, "BEGIN:VEVENT\nUID:%d\nSUMMARY:Day %s\nDTSTART;VALUE=DATE:%s\nRRULE:FREQ=YEARLY\nEND:VEVENT\n", i, d, d)
	}
	return b.String() + "END:VCALENDAR\n"
}

func TestUploadedSource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d, feed.Options{})
		maya, vi := authtest.Person(t, d, "maya", auth.RoleReleaseManager), authtest.Person(t, d, "vi", auth.RoleViewer)
		in := feed.SourceSpec{Name: "Days off", Kind: feed.Holiday, Zone: "Europe/Berlin", Text: holidays("19701225", "19701226")}
		if _, err := w.feeds.AddSource(vi, in); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("a viewer: %v", err)
		}
		s, err := w.feeds.AddSource(maya, in)
		if err != nil || s.Key != "days-off" || s.Events != 12 || s.SyncedAt.IsZero() {
			t.Fatalf("%+v %v", s, err)
		}
		if _, err := w.feeds.AddSource(maya, in); errs.ReasonOf(err) != "key.taken" {
			t.Error(err)
		}
		at := func(s string) db.Time {
			x, err := time.Parse(time.RFC3339, s)
			if err != nil {
				t.Fatal(err)
			}
			return db.At(x)
		}
		es, err := w.feeds.Events(vi, at("2026-12-01T00:00:00Z"), at("2027-01-01T00:00:00Z"), 100)
		if err != nil || len(es) != 2 || es[0].FirstDay != "2026-12-25" || es[0].LastDay != "2026-12-25" || es[0].Start != at("2026-12-24T23:00:00Z") || es[0].SourceName != "Days off" || es[0].Kind != feed.Holiday {
			t.Errorf("%+v %v", es, err)
		}
		err = d.Read(vi, func(tx *db.Tx) error {
			days, err := feed.Days(tx, "days-off", "2026-12-26", "2027-12-25")
			if err != nil || len(days) != 2 || days[0] != (feed.Day{Date: "2026-12-26", Name: "Day 19701226"}) || days[1].Date != "2027-12-25" {
				t.Errorf("%+v %v", days, err)
			}
			_, err = feed.Days(tx, "moon", "2026-12-26", "2027-12-25")
			return err
		})
		if errs.ReasonOf(err) != "source.not_found" {
			t.Error(err)
		}
		if _, err := w.feeds.Load(maya, "days-off", in.Text); err != nil {
			t.Fatal(err)
		}
		if s, err = w.feeds.Load(maya, "days-off", holidays("19701225")); err != nil || s.Events != 6 || s.Rev != 2 {
			t.Errorf("%+v %v", s, err)
		}
		_, err = w.feeds.Load(maya, "days-off", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nRRULE:FREQ=SECONDLY\nEND:VEVENT\nEND:VCALENDAR")
		if e := errs.As(err); e.Reason != "ical.frequency" || e.Fields[0].Line != 4 {
			t.Error(err)
		}
		if _, err := w.feeds.Load(maya, "days-off", strings.Replace(holidays("19701225"), "RRULE:FREQ=YEARLY", "RRULE:FREQ=DAILY\nRDATE:20261301", 1)); errs.ReasonOf(err) != "source.unreadable" || errs.As(err).Fields[0].Line != 8 {
			t.Errorf("no event to read: %v", err)
		}
		if s, err := w.feeds.Source(vi, "days-off"); err != nil || s.Rev != 2 || s.Events != 6 {
			t.Errorf("what could not be read emptied the calendar: %+v %v", s, err)
		}
		nothing := feed.SourceSpec{Name: "Other days", Kind: feed.Holiday, Text: "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261301\nEND:VEVENT\nEND:VCALENDAR"}
		if _, err := w.feeds.AddSource(maya, nothing); errs.ReasonOf(err) != "source.unreadable" {
			t.Errorf("an import of nothing: %v", err)
		}
		if _, err := w.feeds.Load(maya, "days-off", strings.Replace(holidays("19701225", "19701226"), "RRULE:FREQ=YEARLY", "RRULE:FREQ=DAILY\nRDATE:20261301", 1)); err != nil {
			t.Error(err)
		}
		if s, err := w.feeds.Source(vi, "days-off"); err != nil || len(s.Notes) != 1 || s.Notes[0].Line != 8 || s.Events != 6 {
			t.Errorf("%+v %v", s, err)
		}
		many := strings.Replace(holidays("20260101", "20260101", "20260101", "20260101", "20260101", "20260101"), "YEARLY", "DAILY", 6)
		if _, err := w.feeds.Load(maya, "days-off", many); errs.ReasonOf(err) != "source.too_many" {
			t.Error(err)
		}
		if _, err := w.feeds.Sync(maya, "days-off"); errs.ReasonOf(err) != "source.uploaded" {
			t.Error(err)
		}
		if _, err := w.feeds.CloseSource(maya, "days-off"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.feeds.Load(maya, "days-off", in.Text); errs.ReasonOf(err) != "source.closed" {
			t.Error(err)
		}
		for _, in := range []feed.SourceSpec{{}, {Name: "a", Kind: feed.Holiday}, {Name: "a", Kind: "moon", URL: "https://example.com"}, {Name: "a", Kind: feed.Other, URL: "webcal://x"},
			{Name: "a", Kind: feed.Other, URL: "https://u:p@example.com"}, {Name: "a", Kind: feed.Other, URL: "https://example.com", Zone: "Nowhere/Town"},
			{Name: "a", Kind: feed.Other, URL: "https://example.com", Text: "x"}, {Name: "a", Kind: feed.Other, URL: "https://example.com", EveryHours: 721}} {
			if _, err := w.feeds.AddSource(maya, in); !errs.Is(err, errs.CodeInvalid) {
				t.Errorf("%+v: %v", in, err)
			}
		}
		var actions []string
		for _, a := range ledgertest.Actions(t, w.ledger) {
			if strings.HasPrefix(a, "source.") {
				actions = append(actions, a)
			}
		}
		if got := strings.Join(actions, " "); got != "source.added source.synced source.synced source.closed" {
			t.Error(got)
		}
	})
}

func TestFetchedSource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		text, status, asked := holidays("19701225"), http.StatusOK, ""
		srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			asked = r.Header.Get("If-None-Match")
			tag := fmt.Sprintf(`"%d"`, len(text))
			rw.Header().Set("ETag", tag)
			if asked == tag {
				rw.WriteHeader(http.StatusNotModified)
				return
			}
			rw.WriteHeader(status)
			_, _ = rw.Write([]byte(text))
		}))
		t.Cleanup(srv.Close)
		open1, err := dial.New("127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		closed, err := dial.New()
		if err != nil {
			t.Fatal(err)
		}
		w := open(t, d, feed.Options{Dial: open1})
		s, err := w.feeds.AddSource(w.Admin, feed.SourceSpec{Name: "Bank days", Kind: feed.Holiday, URL: srv.URL})
		if err != nil || s.EveryHours != 24 || s.Events != 0 {
			t.Fatalf("%+v %v", s, err)
		}
		if s, err = w.feeds.Sync(w.Admin, s.Key); err != nil || s.Events != 4 {
			t.Fatalf("%+v %v", s, err)
		}
		if s, err = w.feeds.Sync(w.Admin, s.Key); err != nil || asked == "" || s.Events != 4 || s.Rev != 2 {
			t.Errorf("%+v %v asked %s", s, err, asked)
		}
		w.clock.Advance(31 * 24 * time.Hour)
		if s, err = w.feeds.Sync(w.Admin, s.Key); err != nil || asked != "" {
			t.Errorf("once a month it is fetched wholly: %v asked %s", err, asked)
		}
		text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VEVENT\n"
		if _, err := w.feeds.Sync(w.Admin, s.Key); errs.ReasonOf(err) != "ical.nested" {
			t.Error(err)
		}
		if s, err = w.feeds.Source(w.Admin, s.Key); err != nil || s.FaultLine != 3 || s.Fault == "" || s.Events != 4 || s.TriedAt == s.SyncedAt && s.Fault == "" {
			t.Errorf("%+v %v", s, err)
		}
		status = http.StatusTeapot
		if _, err := w.feeds.Sync(w.Admin, s.Key); errs.ReasonOf(err) != "source.status" {
			t.Error(err)
		}
		shut := feed.New(d, w.Calendar, feed.Options{Rights: w.accounts.Rights, Dial: closed})
		if _, err := shut.Sync(w.Admin, s.Key); errs.ReasonOf(err) != "dial.private_range" {
			t.Error(err)
		}
		if _, err := w.feeds.Load(w.Admin, s.Key, text); errs.ReasonOf(err) != "source.fetched" {
			t.Error(err)
		}
	})
}
