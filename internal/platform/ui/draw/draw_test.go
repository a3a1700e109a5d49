package draw

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

var zero = time.Date(2026, 11, 19, 12, 30, 0, 0, time.UTC)

func at(m int) time.Time { return zero.Add(time.Duration(m) * time.Minute) }

// wellFormed fails unless the drawing is XML.
func wellFormed(t *testing.T, s SVG) string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(s)))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, s)
		}
	}
	for _, bad := range []string{"NaN", "Inf", `="-0"`, `width="-`} {
		if strings.Contains(string(s), bad) {
			t.Errorf("the drawing contains %s", bad)
		}
	}
	return string(s)
}

func has(t *testing.T, s string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(s, w) {
			t.Errorf("missing %s in %s", w, s)
		}
	}
}

func run() Chart {
	return Chart{
		Label: "One & two", Lanes: []string{"Command", "Database"}, From: at(0), To: at(100), Now: at(15),
		Steps: []Step{
			{ID: "1", Label: "1", Name: "Open <bridge>", PlanStart: at(0), PlanEnd: at(10), Start: at(0), End: at(12), Status: Done},
			{ID: "2", Label: "2", Lane: 1, Name: "Migrate", PlanStart: at(10), PlanEnd: at(40), Start: at(12), End: at(44), Status: Running, Manual: true, Href: "/runs/1#2"},
			{ID: "3", Label: "3", Name: "Close", PlanStart: at(40), PlanEnd: at(50), Start: at(44), End: at(54), Status: ToCome, NoWay: true},
		},
		Edges: []Edge{{"1", "2"}, {"2", "3"}, {"3", "nowhere"}},
		Lines: []Line{{At: at(44), Text: "Point of no return", Kind: NoReturn}, {At: at(500), Text: "far away", Kind: Forecast}},
	}
}

func TestLanes(t *testing.T) {
	s := wellFormed(t, Lanes(run()))
	has(t, s, `role="group" aria-label="One &amp; two"`, "Open &lt;bridge&gt;", `class="nl"`, ">12:45<", `data-s="live" class="stp live manual"`, `class="fill"`,
		`class="hand"`, `class="stp wait pnr"`, "Point of no return", `<a href="/runs/1#2"><title>2. Migrate</title>`)
	if strings.Contains(s, "far away") {
		t.Error("a line outside the axis is drawn")
	}
	if n := strings.Count(s, `class="ed`); n != 2 {
		t.Errorf("%d edges, wanted 2", n)
	}
	// The running bar begins where the step did: 108 + 12 min of (1140-108-16)/100 px.
	has(t, s, fmt.Sprintf(`<rect x="%s" y="103" width="%s"`, n(108+12*10.16), n(32*10.16-1)))
	c := run()
	c.Now = time.Time{}
	if strings.Contains(string(Lanes(c)), `class="nl"`) {
		t.Error("there is no now, yet a now line")
	}
	c.Steps[1].Href = ""
	has(t, wellFormed(t, Lanes(c)), `role="img"`)
}

func TestPlanned(t *testing.T) {
	c := run()
	c.Steps[1].P90 = at(48)
	s := wellFormed(t, Planned(c))
	has(t, s, `class="dag pre"`, `class="p9"`, `pnr`)
	c.Relative, c.Minor, c.Major = true, time.Minute, 5*time.Minute
	has(t, wellFormed(t, Planned(c)), ">0 min<", ">5 min<")
}

func TestEmptyAndOddChartsDoNotBreak(t *testing.T) {
	for name, c := range map[string]Chart{
		"nothing":          {},
		"no lanes":         {Steps: []Step{{ID: "a", Lane: 3}}},
		"lane too high":    {Lanes: []string{"a"}, From: at(0), To: at(10), Steps: []Step{{ID: "a", Lane: 7, Start: at(1), End: at(2), PlanStart: at(1), PlanEnd: at(2)}}},
		"ends before":      {Lanes: []string{"a"}, From: at(0), To: at(10), Steps: []Step{{ID: "a", Start: at(5), End: at(2), PlanStart: at(5), PlanEnd: at(2)}}},
		"a month":          {Lanes: []string{"a"}, From: at(0), To: at(60 * 24 * 30)},
		"axis upside down": {Lanes: []string{"a"}, From: at(10), To: at(0)},
	} {
		t.Run(name, func(t *testing.T) {
			if s := wellFormed(t, Lanes(c)); strings.Count(s, "<line") > 250 {
				t.Errorf("%d lines on the axis", strings.Count(s, "<line"))
			}
			wellFormed(t, Planned(c))
		})
	}
}

func TestGridFollowsTheZone(t *testing.T) {
	c := Chart{Lanes: []string{"a"}, From: at(0), To: at(90), Zone: time.FixedZone("IST", 5*3600+1800), Major: 30 * time.Minute}
	has(t, string(Lanes(c)), ">18:00<", ">18:30<")
}

func TestProof(t *testing.T) {
	s := wellFormed(t, Proof("entry 7", []ProofNode{{Hash: "2f9d40", Sibling: "8c0277"}, {Hash: "71b8", Sibling: "f7"}, {Hash: "a01b"}}))
	has(t, s, "joins 2 sibling hashes", `class="lf"`, `class="nd"`, `class="rt"`, ">2f9d…<", ">f7<")
	has(t, wellFormed(t, Proof("entry 1", []ProofNode{{Hash: "aa"}})), "signed root")
	if Proof("nothing", nil) != "" {
		t.Error("no path, yet a drawing")
	}
}

func TestSpark(t *testing.T) {
	has(t, wellFormed(t, Spark([]float64{1, 2, 3})), "M0 29L60 16.5L120 4", `M120 4h.01`)
	has(t, wellFormed(t, Spark([]float64{5, 5})), "M0 29L120 29")
	if Spark([]float64{1}) != "" {
		t.Error("one value is no trend")
	}
	wellFormed(t, Scene())
}

func FuzzLanes(f *testing.F) {
	f.Add("Open", "1", 0, 10, 5, 3)
	f.Add("<&>\"'", "\x00", -50, 9999, -1, 9)
	f.Fuzz(func(t *testing.T, name, label string, start, end, now, lane int) {
		start, end, now = start%100000, end%100000, now%100000
		c := Chart{Lanes: []string{name, "b"}, From: at(0), To: at(90), Now: at(now), Steps: []Step{
			{ID: "a", Label: label, Name: name, Lane: lane, Start: at(start), End: at(end), PlanStart: at(start), PlanEnd: at(end), Status: Running, Manual: true},
		}}
		for _, s := range []SVG{Lanes(c), Planned(c)} {
			for _, bad := range []string{"NaN", "Inf", `width="-`} {
				if strings.Contains(string(s), bad) {
					t.Errorf("%s in %s", bad, s)
				}
			}
			if strings.Count(string(s), "<") != strings.Count(string(s), ">") {
				t.Error("a name was not escaped")
			}
		}
	})
}

func TestStepsOfALaneAtTheSameTimeStandBelowOneAnother(t *testing.T) {
	c := Chart{Lanes: []string{"North", "West"}, From: at(0), To: at(20), Steps: []Step{
		{ID: "a", Label: "B1", Name: "Ledger back", PlanStart: at(0), PlanEnd: at(7)},
		{ID: "b", Label: "B2", Name: "Core back", PlanStart: at(0), PlanEnd: at(3)},
		{ID: "c", Label: "B3", Name: "Core recorded", PlanStart: at(3), PlanEnd: at(4)},
		{ID: "d", Label: "B4", Lane: 1, Name: "Ledger back", PlanStart: at(0), PlanEnd: at(3)},
	}}
	s := wellFormed(t, Planned(c))
	// Two rows for North, one for West: 42 + 3·44 + 8.
	has(t, s, `height="182"`)
	for _, y := range []string{`y="53"`, `y="97"`, `y="141"`} {
		if !strings.Contains(s, y) {
			t.Errorf("no bar at %s", y)
		}
	}
	if n := strings.Count(s, ">North<"); n != 1 {
		t.Errorf("the lane is named %d times", n)
	}
}

func TestFlagsDoNotCoverOneAnother(t *testing.T) {
	c := run()
	c.Lines = []Line{{At: at(60), Text: "Point of no return 15:00", Kind: NoReturn}, {At: at(62), Text: "Plan 15:21", Kind: PlanLine, Left: true}, {At: at(64), Text: "Forecast 15:44", Kind: Forecast}}
	f := newFrame(c, 40, 46)
	type span struct{ from, to float64 }
	rows := map[int][]span{}
	for i, l := range f.Lines {
		x, w := f.x(l.At), runes(l.Text)*6.2
		s := span{x, x + w}
		if f.flag[i].left {
			s = span{x - w, x}
		}
		for _, o := range rows[f.flag[i].row] {
			if o.from < s.to && s.from < o.to {
				t.Errorf("%s covers another", l.Text)
			}
		}
		rows[f.flag[i].row] = append(rows[f.flag[i].row], s)
	}
	if len(rows) < 2 || f.top <= 40 {
		t.Errorf("three texts within four minutes stand in %d rows from %v", len(rows), f.top)
	}
}
