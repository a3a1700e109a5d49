package gantt_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"slipway/internal/work/workweb/gantt"
)

var (
	stockholm = time.FixedZone("CET", 3600)
	now       = time.Date(2026, 11, 19, 14, 8, 0, 0, stockholm)
)

func day(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, stockholm) }

func axis() gantt.Axis { return gantt.NewAxis(gantt.Week, day(11, 4), stockholm) }

// wellFormed parses a drawing and returns how often each class occurs.
func wellFormed(t *testing.T, svg gantt.SVG) map[string]int {
	t.Helper()
	classes := map[string]int{}
	d := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return classes
		}
		if err != nil {
			t.Fatalf("%v in %.400s", err, svg)
		}
		if e, ok := tok.(xml.StartElement); ok {
			for _, a := range e.Attr {
				if a.Name.Local == "class" {
					classes[a.Value]++
				}
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Fatalf("%s=%q", a.Name.Local, a.Value)
				}
			}
		}
	}
}

func TestAxis(t *testing.T) {
	a := axis()
	if a.From != day(11, 2) || a.To != day(12, 21) {
		t.Errorf("from %s to %s", a.From, a.To)
	}
	for _, x := range []struct {
		days int
		want gantt.Zoom
	}{{1, gantt.Week}, {47, gantt.Week}, {48, gantt.Month}, {180, gantt.Month}, {181, gantt.Quarter}, {5000, gantt.Quarter}} {
		if got := gantt.Fitting(now, now.AddDate(0, 0, x.days)); got != x.want {
			t.Errorf("%d days: %s, want %s", x.days, got, x.want)
		}
	}
	if got := a.Moved(2).From; got != day(11, 23) {
		t.Errorf("half a picture later: %s", got)
	}
	if got := a.Moved(-4).From; got != time.Date(2026, 9, 14, 0, 0, 0, 0, stockholm) {
		t.Errorf("a picture earlier: %s", got)
	}
	// A plan that does not fit is shown around now, one that has not begun from its beginning, one that is over where it ended.
	long := now.AddDate(0, 0, -300)
	if a := gantt.Around(gantt.Week, long, now.AddDate(0, 0, 300), now, stockholm); !a.Holds(now) || a.From.Before(now.AddDate(0, 0, -20)) {
		t.Errorf("around now: %s", a.From)
	}
	if a := gantt.Around(gantt.Week, now.AddDate(0, 0, 10), now.AddDate(0, 0, 300), now, stockholm); !a.Holds(now.AddDate(0, 0, 10)) {
		t.Errorf("before it begins: %s", a.From)
	}
	if a := gantt.Around(gantt.Week, long, now.AddDate(0, 0, -100), now, stockholm); !a.Holds(now.AddDate(0, 0, -101)) {
		t.Errorf("after it has ended: %s", a.From)
	}
}

func chart() gantt.Chart {
	return gantt.Chart{
		Label: `The plan <is> "41 %" likely`, Axis: axis(), Now: now, Target: day(12, 8).Add(21 * time.Hour), P50: day(12, 9), P80: day(12, 14),
		Freezes: []gantt.Stretch{{Name: "Production freeze", From: day(11, 23), To: day(12, 2)}},
		Window:  gantt.Stretch{Name: "Window", From: day(12, 8).Add(21 * time.Hour), To: day(12, 8).Add(23 * time.Hour)},
		Rows: []gantt.Row{
			{Kind: gantt.Group, Name: "Build", Start: day(11, 2), End: day(12, 1), Done: 50},
			{Name: "Contract & model", Note: "Ines", Href: "/t/1?a=1&b=2", Start: day(11, 2), End: day(11, 11), Done: 100, Critical: true, Base: gantt.Stretch{From: day(11, 2), To: day(11, 9)}},
			{Name: "Service", Note: "Oskar", Href: "/t/2", Start: day(11, 11), End: day(11, 26), Done: 60, Until: day(11, 30)},
			{Name: "Screens", Start: day(11, 16), End: day(11, 27), Late: "2 d late"},
			{Kind: gantt.Milestone, Name: "Scope agreed", At: day(11, 20), Was: day(11, 18), State: "go"},
			{Name: "Long ago", Start: day(9, 1), End: day(9, 3)},
			{Name: "Some day", Start: day(12, 30), End: day(12, 31)},
			{Name: "Without a date"},
			{Kind: gantt.Lane, Name: "Payments", Href: "/r", Stretches: []gantt.Stretch{{Name: "Build and integrate", From: day(11, 3), To: day(11, 20), Class: "done"}, {Name: "Window", From: day(11, 25), To: day(11, 25).Add(time.Hour), Class: "window"}},
				Points: []gantt.Point{{Name: "Agreed", At: day(11, 10), State: "go"}}, P50: day(11, 24), P80: day(11, 27)},
		},
		Links: []gantt.Link{{From: 1, To: 2, Critical: true}, {From: 1, To: 3, Tie: gantt.StartStart}, {From: 2, To: 3, Tie: gantt.FinishFinish}, {From: 2, To: 1, Tie: gantt.StartFinish}, {From: 3, To: 4}, {From: 5, To: 6}, {From: 7, To: 1}, {From: 1, To: 99}},
	}
}

func TestDraw(t *testing.T) {
	names, field := chart().Draw()
	n, f := wellFormed(t, names), wellFormed(t, field)
	for class, want := range map[string]int{"gb": 1, "tn": 1, "tn ti": 6, "tn cr ti": 1, "ow": 2} {
		if n[class] != want {
			t.Errorf("names: %d of %q, want %d", n[class], class, want)
		}
	}
	for class, want := range map[string]int{"bk cr": 1, "bk": 3, "b1": 2, "bl": 1, "sl": 1, "gs": 1, "ms go": 2, "mb": 1, "by": 2, "ed c": 1, "ed": 5, "nl": 1, "tg": 1, "p5": 1, "p8": 1, "wd": 1, "ldone": 1, "lwindow": 1, "p5 in": 1, "lw": 1} {
		if f[class] != want {
			t.Errorf("%d of %q, want %d", f[class], class, want)
		}
	}
	for _, want := range []string{`href="/t/1?a=1&amp;b=2" class="bk cr" aria-label="Contract &amp; model, 100 per cent done, critical"`, `aria-label="The plan &lt;is&gt; &#34;41 %&#34; likely"`, ">Week 45<", ">Mon 2 Nov<", ">today<", ">Production freeze<"} {
		if !strings.Contains(string(field), want) {
			t.Errorf("no %s", want)
		}
	}
	for _, z := range gantt.Zooms() {
		g := chart()
		g.Axis = gantt.NewAxis(z, day(11, 2), stockholm)
		_, field := g.Draw()
		wellFormed(t, field)
		if z == gantt.Month && !strings.Contains(string(field), ">December 2026<") || z == gantt.Quarter && !strings.Contains(string(field), ">Q1 2027<") {
			t.Errorf("%s: %.600s", z, field)
		}
	}
}

// TestNames: a name that a phone has no room for stands there cut, before its bar, and whole where there is room.
func TestNames(t *testing.T) {
	names, _ := gantt.Chart{Axis: axis(), Wide: true, Rows: []gantt.Row{{Kind: gantt.Lane, Name: "Open banking 26.12.0"}, {Kind: gantt.Lane, Name: "Accounts and onboarding 26.12.0"}}}.Draw()
	for _, want := range []string{`class="tn">Open banking 26.12.0<`, `class="tn lg">Accounts and onboarding 26.12.0<`, `class="tn sm">Accounts and onboar…<`} {
		if !strings.Contains(string(names), want) {
			t.Errorf("no %s in %s", want, names)
		}
	}
}

// TestWordsLieClear: no name is cut that has room, the words of near marks share a place, and a name on a stretch makes way for a point.
func TestWordsLieClear(t *testing.T) {
	lane := func(points ...time.Time) gantt.Row {
		r := gantt.Row{Kind: gantt.Lane, Name: "Payments", Stretches: []gantt.Stretch{{Name: "Build", From: day(11, 9), To: day(11, 20)}}}
		for _, p := range points {
			r.Points = append(r.Points, gantt.Point{Name: "Agreed", At: p, State: "go"})
		}
		return r
	}
	names, field := gantt.Chart{Axis: axis(), P50: day(12, 9), P80: day(12, 10), Rows: []gantt.Row{{Name: "Step-up authentication in identity", Note: "Daniel", Critical: true}, lane(day(11, 9))}}.Draw()
	if !strings.Contains(string(names), ">Step-up authentication in identity<") {
		t.Errorf("a name that has room is cut: %s", names)
	}
	for _, want := range []string{">P50, P80<", `l">Build<`} {
		if strings.Count(string(field), want) != 1 {
			t.Errorf("no %s in %s", want, field)
		}
	}
	if _, field := (gantt.Chart{Axis: axis(), Rows: []gantt.Row{lane(day(11, 11))}}).Draw(); strings.Contains(string(field), `l">Build<`) {
		t.Error("a name lies under a point")
	}
	r := lane()
	r.P50 = day(11, 11)
	if _, field := (gantt.Chart{Axis: axis(), Rows: []gantt.Row{r}}).Draw(); strings.Contains(string(field), `l">Build<`) {
		t.Error("a name lies under a forecast")
	}
}

// TestTies looks where links leave and enter: the numbers are those of the bars' ends.
func TestTies(t *testing.T) {
	rows := []gantt.Row{{Name: "a", Start: day(11, 9), End: day(11, 16)}, {Name: "b", Start: day(11, 23), End: day(11, 30)}}
	px := 876.0 / 49 // a day
	ends := [2][2]float64{{7 * px, 14*px - 1.5}, {21 * px, 28*px - 1.5}}
	for tie, want := range map[gantt.Tie][2]float64{
		gantt.FinishStart: {ends[0][1], ends[1][0]}, gantt.StartStart: {ends[0][0], ends[1][0]}, gantt.FinishFinish: {ends[0][1], ends[1][1]}, gantt.StartFinish: {ends[0][0], ends[1][1]},
	} {
		_, field := gantt.Chart{Axis: axis(), Rows: rows, Links: []gantt.Link{{From: 0, To: 1, Tie: tie}}}.Draw()
		line := regexp.MustCompile(`class="ed" d="M([0-9.]+) [0-9.]+.*?H([0-9.]+)"`).FindStringSubmatch(string(field))
		if line == nil {
			t.Fatalf("%d: no line in %s", tie, field)
		}
		from, _ := strconv.ParseFloat(line[1], 64)
		to, _ := strconv.ParseFloat(line[2], 64)
		if d := from - want[0]; d > .1 || d < -.1 {
			t.Errorf("%d leaves at %g, want %g", tie, from, want[0])
		}
		if d := to - want[1]; d > 4.2 || d < -4.2 {
			t.Errorf("%d enters at %g, want %g", tie, to, want[1])
		}
	}
}

// TestPages draws a large plan piece by piece: every bar once, and no piece larger because of the others.
func TestPages(t *testing.T) {
	g := chart()
	g.Rows, g.Links = nil, nil
	for i := range 3000 {
		g.Rows = append(g.Rows, gantt.Row{Name: fmt.Sprintf("Task %d", i), Href: fmt.Sprintf("/t/%d", i), Start: day(11, 2+i%20), End: day(11, 5+i%20)})
		if i > 0 {
			g.Links = append(g.Links, gantt.Link{From: i / 2, To: i})
		}
	}
	g.Count = 50
	bars := 0
	for g.First = 0; g.First < len(g.Rows); g.First += g.Count {
		names, field := g.Draw()
		c := wellFormed(t, field)
		bars += c["bk"]
		if len(names)+len(field) > 64<<10 {
			t.Errorf("rows from %d: %d bytes", g.First, len(names)+len(field))
		}
		if head := strings.Contains(string(field), ">Week 45<"); head != (g.First == 0) {
			t.Errorf("rows from %d: head %v", g.First, head)
		}
	}
	if bars != len(g.Rows) {
		t.Errorf("%d bars of %d", bars, len(g.Rows))
	}
	g.First = 9999
	if _, field := g.Draw(); wellFormed(t, field)["bk"] != 0 {
		t.Error("rows behind the last one")
	}
}

func TestHistogram(t *testing.T) {
	h := gantt.Histogram{Label: "41 %", Target: day(12, 6), P50: day(12, 7), P80: day(12, 11), Zone: stockholm}
	if h.Draw() != "" {
		t.Error("a histogram without bars")
	}
	for i := range 24 {
		h.Buckets = append(h.Buckets, gantt.Bucket{From: day(12, 1).Add(time.Duration(i) * 12 * time.Hour), To: day(12, 1).Add(time.Duration(i+1) * 12 * time.Hour), Count: 24 - i})
	}
	c := wellFormed(t, h.Draw())
	if c["din"] != 10 || c["dout"] != 14 || c["tg"] != 1 || c["p5"] != 1 || c["p8"] != 1 {
		t.Errorf("%v", c)
	}
	// A target outside of the bars stands at their edge, and points to where it is.
	h.Target = day(1, 1)
	if c := wellFormed(t, h.Draw()); c["din"] != 0 || c["tg"] != 1 || !strings.Contains(string(h.Draw()), ">← Target Thu 1 Jan<") {
		t.Errorf("%v", c)
	}
	if h.Target = day(12, 30); !strings.Contains(string(h.Draw()), ">Target Wed 30 Dec →<") {
		t.Errorf("%s", h.Draw())
	}
}

func FuzzDraw(f *testing.F) {
	f.Add("a<b", int64(0), int64(86400), int64(-4000), 3)
	f.Fuzz(func(t *testing.T, name string, start, end, until int64, done int) {
		at := func(s int64) time.Time { return time.Unix(s%4_000_000_000, 0) }
		g := gantt.Chart{Label: strings.ToValidUTF8(name, ""), Axis: axis(), Now: at(start), Rows: []gantt.Row{
			{Name: "x", Start: at(start), End: at(end), Until: at(until), Done: done}, {Kind: gantt.Milestone, Name: "y", At: at(end)}, {Kind: gantt.Group, Start: at(end), End: at(until), Done: done},
		}, Links: []gantt.Link{{From: 0, To: 1}, {From: 1, To: 0, Tie: gantt.Tie(uint8(done) % 4)}}}
		_, field := g.Draw()
		for _, c := range string(field) {
			if c == 0 {
				t.Skip("not a character of XML")
			}
		}
		if strings.Contains(string(field), "NaN") || strings.Contains(string(field), "Inf") {
			t.Errorf("%s", field)
		}
	})
}

func BenchmarkDraw(b *testing.B) {
	g := chart()
	g.Rows, g.Links = nil, nil
	for i := range 3000 {
		g.Rows = append(g.Rows, gantt.Row{Name: fmt.Sprintf("Task %d", i), Href: fmt.Sprintf("/t/%d", i), Start: day(11, 2+i%20), End: day(11, 5+i%20), Done: i % 100})
		if i > 0 {
			g.Links = append(g.Links, gantt.Link{From: i - 1, To: i})
		}
	}
	g.First, g.Count = 1000, 60
	b.ReportAllocs()
	for b.Loop() {
		names, field := g.Draw()
		b.ReportMetric(float64(len(names)+len(field)), "B/picture")
	}
}
