package feed_test

import (
	"strings"
	"testing"

	"slipway/internal/calendar/feed"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

// The address of a private calendar is its secret: whoever holds it reads the calendar.
func TestAddressOfAPrivateCalendarStaysSecret(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d, feed.Options{})
		maya, vi := authtest.Person(t, d, "maya", auth.RoleReleaseManager), authtest.Person(t, d, "vi", auth.RoleViewer)
		const secret = "private-3f9a77c1"
		address := "https://calendar.example.com/ical/maya%40example.com/" + secret + "/basic.ics?key=" + secret
		s, err := w.feeds.AddSource(maya, feed.SourceSpec{Name: "On call", Kind: feed.Other, URL: address})
		if err != nil || s.URL != address {
			t.Fatalf("%+v %v", s, err)
		}
		if s, err = w.feeds.Source(maya, s.Key); err != nil || s.URL != address {
			t.Errorf("who may edit it sees its address: %s %v", s.URL, err)
		}
		if s, err = w.feeds.Source(vi, s.Key); err != nil || s.URL != "https://calendar.example.com/…" {
			t.Errorf("a viewer: %s %v", s.URL, err)
		}
		all, err := w.feeds.Sources(vi, true)
		if err != nil || len(all) != 1 || all[0].URL != "https://calendar.example.com/…" {
			t.Errorf("the list of a viewer: %+v %v", all, err)
		}
		entries := 0
		for _, r := range ledgertest.Records(t, w.ledger) {
			if r.Action != feed.SourceAdded {
				continue
			}
			entries++
			if text := string(r.Payload); strings.Contains(text, secret) || !strings.Contains(text, "calendar.example.com") {
				t.Error(text)
			}
		}
		if entries != 1 {
			t.Errorf("%d entries of an import", entries)
		}
	})
}

// Reading a text costs; who may not edit sources does not get so far.
func TestRightBeforeReading(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := open(t, d, feed.Options{})
	maya, vi := authtest.Person(t, d, "maya", auth.RoleReleaseManager), authtest.Person(t, d, "vi", auth.RoleViewer)
	unreadable := strings.Repeat("x", 9<<20)
	if _, err := w.feeds.AddSource(vi, feed.SourceSpec{Name: "Days", Kind: feed.Holiday, Text: unreadable}); !errs.Is(err, errs.CodeForbidden) {
		t.Error(err)
	}
	s, err := w.feeds.AddSource(maya, feed.SourceSpec{Name: "Days", Kind: feed.Holiday, Text: holidays("20261225")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.feeds.Load(vi, s.Key, unreadable); !errs.Is(err, errs.CodeForbidden) {
		t.Error(err)
	}
}
