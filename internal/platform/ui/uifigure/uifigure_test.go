package uifigure_test

import (
	"testing"

	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/platform/ui/uitest"
)

func TestTileSaysBetterOrWorse(t *testing.T) {
	d := uitest.Render(t, uifigure.TileBox(uifigure.Tile{Label: "Lead time", Value: "3.1", Unit: "days", Delta: "−0.6 d", Better: true, Than: "than before", Spark: []float64{3, 2}}))
	d.Says(".d", "−0.6 d better than before")
	d.Has(`.delta[data-s=go] use[href*="arrow-down"]`)
	d.Has("svg.spark")
	uitest.Render(t, uifigure.TileBox(uifigure.Tile{Delta: "+1", Up: true})).Has(`.delta[data-s=nogo] use[href*="arrow-up"]`)
}

func TestHeatMapPrintsEveryScore(t *testing.T) {
	d := uitest.Render(t, uifigure.HeatMap(uifigure.Heat{Marks: []uifigure.HeatMark{{Text: "114", Href: "/r", Likelihood: 4, Impact: 5}}}))
	if n := d.Count(".cell"); n != 25 {
		t.Errorf("%d cells", n)
	}
	for score, zone := range map[[2]int]int{{1, 1}: 1, {1, 4}: 1, {1, 5}: 2, {2, 5}: 3, {3, 5}: 4, {5, 5}: 4, {3, 3}: 2} {
		if got := uifigure.ZoneOf(score[0], score[1]); got != zone {
			t.Errorf("%v is in zone %d, wanted %d", score, got, zone)
		}
	}
	if got := d.One(".cell a").Text(); got != "114" {
		t.Errorf("mark %q", got)
	}
}

func TestLoadCellZones(t *testing.T) {
	for percent, zone := range map[int]string{0: "0", 40: "1", 80: "2", 96: "3", 130: "4"} {
		if got := uitest.Render(t, uifigure.LoadCell(percent, "")).One(".u").Attr("data-z"); got != zone {
			t.Errorf("%d %% is in zone %s, wanted %s", percent, got, zone)
		}
	}
	uitest.Render(t, uifigure.LoadCell(130, "/p")).Has(`a.u svg[aria-label=over]`)
}

func TestProgressSpeaks(t *testing.T) {
	d := uitest.Render(t, uifigure.ProgressBar(uifigure.Progress{NoWay: 2, States: []ui.State{ui.Go, ui.Live, ui.Wait}}))
	if got := d.One(".steps18").Attr("aria-label"); got != "1 of 3 steps done, 1 running, 1 to come" {
		t.Errorf("label %q", got)
	}
	d.Has("i.pnr[data-s=live]")
}

func TestTimelinePlacesByPerCent(t *testing.T) {
	now := 25.5
	d := uitest.Render(t, uifigure.TimelineBox(uifigure.Timeline{Label: "By service", Div: 14, Now: &now, Lanes: []uifigure.Lane{{Label: "ledger", Bars: []uifigure.Bar{{State: ui.Go, Span: uifigure.Span{X: 10, W: 20}, Href: "/a"}, {State: ui.Hold, Span: uifigure.Span{X: 50, W: .1}, Href: "/b"}}}}}))
	d.Has(`a.bar[style*="--x:10"]`)
	d.Has(`a.pt[href="/b"]`)
	d.Has(`.nowline[style*="25.5"]`)
}

func TestTimingStaysInItsScale(t *testing.T) {
	d := uitest.Render(t, uifigure.TimingBar(uifigure.Timing{Planned: 37, P50: 80, P90: 90, Scale: 50}))
	d.Has(`i[style*="--w:74"]`)
	d.Has(`b[style*="--w:100"]`)
	uitest.Render(t, uifigure.TimingBar(uifigure.Timing{Planned: 1}))
}
