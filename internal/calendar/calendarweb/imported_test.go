package calendarweb_test

import (
	"strings"
	"testing"

	"slipway/internal/calendar/feed"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// TestImportedEvents draws days off and a supplier's maintenance in month, timeline and agenda.
func TestImportedEvents(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d)
	p.seed()
	text := strings.ReplaceAll(`BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//test//EN
BEGIN:VEVENT
UID:a@test
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20261126
DTEND;VALUE=DATE:20261127
SUMMARY:Thanksgiving
END:VEVENT
BEGIN:VEVENT
UID:b@test
DTSTAMP:20260101T000000Z
DTSTART:20261120T220000Z
DTEND:20261121T020000Z
SUMMARY:Card scheme maintenance
END:VEVENT
END:VCALENDAR
`, "\n", "\r\n")
	if _, err := feed.New(d, p.Calendar, feed.Options{}).AddSource(p.Admin, feed.SourceSpec{Name: "Days off", Kind: feed.Holiday, Zone: "Europe/Stockholm", Text: text}); err != nil {
		t.Fatal(err)
	}
	m := p.see("/calendar")
	m.Says(`[data-day="2026-11-26"] .off-day`, "Thanksgiving")
	m.Says(`[data-day="2026-11-20"]`, "Card scheme maintenance")
	m.Has(`a[href="/calendar/subscribe"]`)
	agenda := p.see("/calendar?view=agenda&kind=imported&at=2026-11")
	if n := agenda.Count("#agenda li"); n != 2 {
		t.Errorf("%d imported events in the agenda", n)
	}
	// Each stands under its day, and says of the time what the heading does not.
	agenda.Says(`[id="2026-11-20"] h3`, "Tomorrow, Fri 20 Nov")
	agenda.Says(`[id="2026-11-20"] .m`, "23:00 to Sat 21 Nov, 03:00, Days off")
	agenda.Says(`[id="2026-11-26"] h3`, "Thu 26 Nov")
	agenda.Says(`[id="2026-11-26"] .m`, "all day, Days off")
	p.see("/calendar?view=timeline").Says(".tl", "Card scheme maintenance")
}
