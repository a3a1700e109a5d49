package ui

import (
	"strings"
	"testing"
	"time"
)

var (
	cet = time.FixedZone("CET", 3600)
	now = time.Date(2026, 11, 19, 13, 8, 0, 0, time.UTC)
)

func TestFormatters(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	nine := at("2026-11-19T20:00:00Z")
	for got, want := range map[string]string{
		Date(nine, now, cet):                                      "Thu 19 Nov",
		Date(at("2027-01-04T05:00:00Z"), now, cet):                "Mon 4 Jan 2027",
		LongDate(nine, cet):                                       "Thursday 19 November 2026",
		Instant(nine, now, cet):                                   "Thu 19 Nov, 21:00 CET",
		Instant(nine, now, time.FixedZone("+0400", 4*3600)):       "Fri 20 Nov, 00:00 UTC+04:00",
		Instant(nine, now, time.FixedZone("-0330", -3*3600-1800)): "Thu 19 Nov, 16:30 UTC−03:30",
		Near(nine, now, cet):                                      "Today 21:00",
		Near(at("2026-11-19T23:30:00Z"), now, cet):                "Tomorrow 00:30",
		Near(at("2026-11-18T10:00:00Z"), now, cet):                "Yesterday 11:00",
		Near(at("2026-12-02T05:30:00Z"), now, cet):                "Wed 2 Dec, 06:30",
		Period(nine, nine.Add(150*time.Minute), now, cet):         "Thu 19 Nov, 21:00 to 23:30 CET",
		Period(nine, nine.Add(4*time.Hour), now, cet):             "Thu 19 Nov, 21:00 to Fri 20 Nov, 01:00 CET",
		TMinus(now.Add(6*time.Hour+52*time.Minute), now):          "T−06:52",
		TMinus(now.Add(13*24*time.Hour+time.Hour), now):           "T−13 d",
		TMinus(now.Add(-38*time.Minute), now):                     "T+00:38",
		TMinusSeconds(now.Add(6*time.Hour+52*time.Minute), now):   "T−06:52:00",
		TMinusSeconds(now.Add(49*time.Hour), now):                 "T−2 d",
		Duration(40 * time.Second):                                "40 s",
		Duration(9 * time.Minute):                                 "9 min",
		Duration(125 * time.Minute):                               "2 h 5 min",
		Duration(2 * time.Hour):                                   "2 h",
		Duration(82 * time.Hour):                                  "3 d 10 h",
		Duration(72 * time.Hour):                                  "3 d",
		Duration(-9 * time.Minute):                                "−9 min",
		Age(now.Add(-48*time.Minute), now):                        "48 min",
		Age(now.Add(-7*24*time.Hour), now):                        "7 d",
		Age(now, now):                                             "now",
		In(now.Add(230*time.Minute), now):                         "in 3 h 50 min",
		In(now.Add(-9*time.Minute), now):                          "9 min ago",
		Offset(6 * time.Minute):                                   "+6 min",
		Offset(-2 * time.Minute):                                  "−2 min",
		Offset(20 * time.Second):                                  "0 min",
		Number(2914):                                              "2,914",
		Number(-1234567):                                          "−1,234,567",
		Number(0):                                                 "0",
		Decimal(97.94, 1):                                         "97.9",
		Decimal(-0.6, 1):                                          "−0.6",
		Decimal(-0.01, 1):                                         "0.0",
		Plural(1, "step", "steps"):                                "1 step",
		Plural(31, "step", "steps"):                               "31 steps",
		List("A", "B", "C"):                                       "A, B and C",
		List("A"):                                                 "A",
		Bytes(48211):                                              "48 kB",
		Bytes(1_240_000):                                          "1.2 MB",
		Digest("short"):                                           "short",
	} {
		if got != want {
			t.Errorf("got %q, wanted %q", got, want)
		}
	}
	if got := Digest("sha256:" + strings.Repeat("0123456789abcdef", 4)); got != "sha256:0123 4567 … 89ab cdef" {
		t.Errorf("digest: %q", got)
	}
}

func TestPeriodOverAClockChangeNamesBothZones(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Skip("no time zone data on this machine: " + err.Error())
	}
	from := time.Date(2026, 10, 24, 20, 0, 0, 0, time.UTC)
	if got := Period(from, from.Add(6*time.Hour), from, zone); got != "Sat 24 Oct, 22:00 CEST to Sun 25 Oct, 03:00 CET" {
		t.Errorf("got %q", got)
	}
}

func TestPerson(t *testing.T) {
	for name, want := range map[string]string{"Tomás Ferreira": "TF", "Łukasz": "Ł", "Ana de la Cruz": "AC", "": "?"} {
		if got := (Person{Name: name}).Initials(); got != want {
			t.Errorf("%q: %q, wanted %q", name, got, want)
		}
	}
	a := Person{ID: "0193", Name: "A"}
	if h := a.Hue(); h < 0 || h > 359 || h != (Person{ID: "0193", Name: "B"}).Hue() {
		t.Errorf("the hue %d does not come from the identifier alone", h)
	}
	if got := string(Vars("--x", 12.5, "--w", 9)); got != "--x:12.5;--w:9" {
		t.Errorf("vars: %q", got)
	}
}
