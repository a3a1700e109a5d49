package gallery

import (
	"time"

	"slipway/internal/platform/ui/draw"
)

// picture is a drawing with its card.
type picture struct {
	title, min string
	drawing    draw.SVG
}

var zone = time.FixedZone("CET", 3600)

// clock returns an instant of the gallery's day.
func clock(h, m int) time.Time { return time.Date(2026, 11, 19, h, m, 0, 0, zone) }

func drawings() []picture {
	return []picture{
		{"Timeline of the run", "71.25rem", draw.Lanes(Run())},
		{"The night", "71.25rem", draw.Planned(Night())},
		{"Inclusion proof", "22rem", draw.Proof("entry 48 196", []draw.ProofNode{
			{Hash: "2f9d40ac", Sibling: "8c02"}, {Hash: "71b8", Sibling: "f7a1"}, {Hash: "e40c", Sibling: "19de"}, {Hash: "5ad3", Sibling: "b350"}, {Hash: "a01b"},
		})},
	}
}

// Run is the run of the design: eight steps done, the ninth running.
func Run() draw.Chart {
	type row struct {
		lane           int
		name           string
		ps, pe, as, ae int // minutes after 13:30
		status         draw.Status
	}
	rows := []row{
		{0, "Open bridge, announce start", 0, 3, 0, 3, draw.Done}, {5, "Baseline approval rate and latency", 3, 8, 3, 8, draw.Done},
		{1, "Snapshot cards-db", 3, 10, 3, 12, draw.Done}, {1, "Expand schema: add token_ref", 10, 16, 12, 19, draw.Done},
		{2, "Deploy 9.4.0 to green, north", 16, 21, 19, 24, draw.Done}, {3, "Deploy 9.4.0 to green, west", 16, 21, 19, 23, draw.Done},
		{5, "Smoke tests on green (42)", 21, 24, 24, 27, draw.Done}, {4, "Shift 5 % of authorisations", 24, 27, 27, 31, draw.Done},
		{4, "Shift 25 % of authorisations to green", 27, 33, 31, 39, draw.Running}, {5, "Watch approval rate for 10 min", 33, 43, 39, 49, draw.ToCome},
		{0, "Confirm scheme certificates", 43, 48, 49, 54, draw.ToCome}, {4, "Shift 60 %", 48, 58, 54, 64, draw.ToCome},
		{4, "Shift 100 %, hold 8 min", 63, 76, 69, 82, draw.ToCome}, {1, "Drop old token column", 76, 88, 82, 94, draw.ToCome},
		{5, "Regression", 88, 103, 94, 109, draw.ToCome}, {2, "Scale down blue", 103, 110, 109, 116, draw.ToCome},
		{5, "Reconcile settlement", 103, 123, 109, 129, draw.ToCome}, {0, "Close bridge", 123, 130, 129, 136, draw.ToCome},
	}
	base := clock(13, 30)
	at := func(m int) time.Time { return base.Add(time.Duration(m) * time.Minute) }
	c := draw.Chart{
		Label: "Timeline of 18 steps in 6 lanes. 8 done, step 9 running, forecast finish 15:46, 6 minutes after plan. Same data in the step list below.",
		Lanes: []string{"Command", "Database", "App, north", "App, west", "Traffic", "Verification"},
		From:  base, To: at(150), Now: at(38), Zone: zone,
		Lines: []draw.Line{
			{At: at(82), Text: "Point of no return 14:52", Kind: draw.NoReturn}, {At: at(130), Text: "Plan 15:40", Kind: draw.PlanLine, Left: true},
			{At: at(136), Text: "Forecast 15:46", Kind: draw.Forecast},
		},
	}
	for i, r := range rows {
		c.Steps = append(c.Steps, draw.Step{
			ID: label(i + 1), Label: label(i + 1), Lane: r.lane, Name: r.name, Status: r.status, PlanStart: at(r.ps), PlanEnd: at(r.pe),
			Start: at(r.as), End: at(r.ae), Manual: i == 10 || i == 17, NoWay: i == 13,
		})
	}
	for _, e := range [][2]int{{1, 2}, {1, 3}, {3, 4}, {4, 5}, {4, 6}, {5, 7}, {6, 7}, {7, 8}, {8, 9}, {9, 10}, {10, 11}, {11, 12}, {12, 13}, {13, 14}, {14, 15}, {15, 16}, {15, 17}, {17, 18}} {
		c.Edges = append(c.Edges, draw.Edge{From: label(e[0]), To: label(e[1])})
	}
	return c
}

func label(i int) string {
	if i < 10 {
		return string(rune('0' + i))
	}
	return label(i/10) + label(i%10)
}

// Night is the same runbook before it starts, with P90 whiskers.
func Night() draw.Chart {
	c := Run()
	c.Label, c.Now = "18 steps in 6 lanes from 13:30 to 15:40. Same data in the step list.", time.Time{}
	for i := range c.Steps {
		s := &c.Steps[i]
		s.Status = ""
		if i%3 == 2 {
			s.P90 = s.PlanEnd.Add(4 * time.Minute)
		}
	}
	c.Lines = []draw.Line{{At: clock(14, 46), Text: "Point of no return 14:46", Kind: draw.NoReturn, Left: true}, {At: clock(15, 50), Text: "Window closes 15:50", Kind: draw.PlanLine, Left: true}}
	return c
}
