package dependencies

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/platform/drawing"
	"slipway/internal/platform/ui"
	"slipway/internal/work/dependency"
)

// Sizes of the picture.
const (
	boxLeast  = 140.0
	boxMost   = 200.0
	boxHeight = 46.0
	labelTall = 13.0
	headTall  = 22.0
	// weeksMost is how many weeks stand side by side before months do.
	weeksMost = 12
)

// paper is the style of a picture that stands alone.
const paper = `svg{background:#fff}text{font-family:Instrument Sans,Segoe UI,Helvetica,Arial,sans-serif}.cl{font-weight:560;font-size:12px;fill:#5b6675}` +
	`.ge{fill:none;stroke:#b8c1cc;stroke-width:1.25}.ge.h{stroke:#15212f;stroke-width:1.6}.ge.ch{stroke-dasharray:6 3.5;stroke-width:2}.ge.lt{stroke:#c5221f}` +
	`.gl{font-size:11px;fill:#5b6675}.gl.lt{fill:#a11512}.mk0{fill:#b8c1cc}.mk1{fill:#15212f}.nd>rect{fill:#fff;stroke:#b8c1cc}.nd .t1{font-weight:600;font-size:12.5px;fill:#15212f}` +
	`.nd .t2{font-size:11px;fill:#5b6675}.nd.near>rect{stroke:#15212f;stroke-width:1.4}.nd.sel>rect{fill:#15212f;stroke:#15212f}.nd.sel .t1,.nd.sel .t2{fill:#fff}` +
	`.nd.ext>rect{stroke-dasharray:4 3;fill:#eef2f5}.cb{fill:#fdeaf4;stroke:#e7a6c8}.ct{font-weight:560;font-size:10px;font-family:Geist Mono,Consolas,monospace;fill:#a3125f}`

// picture draws a map. Inside a page its words get their colours from the page; alone it brings its own.
func (v view) picture(alone bool) (svg string, wide float64, err error) {
	m := v.m
	g := drawing.Graph{}
	sheet := drawing.Sheet{ID: "dep", Class: "graph", Label: v.finding()}
	if alone {
		sheet.Style = paper
	}
	columns, heads := v.columns()
	sheet.Headings = heads
	for i, p := range m.Places {
		mark := v.mark(p, i == m.At)
		sheet.Marks = append(sheet.Marks, mark)
		g.Nodes = append(g.Nodes, drawing.Node{Width: drawing.BoxWidth(mark, boxLeast, boxMost), Height: boxHeight, Column: columns[i]})
	}
	for _, w := range m.Ways {
		s := v.stroke(w)
		e := drawing.Edge{From: w.From, To: w.To}
		if s.Label != "" {
			e.LabelWidth, e.LabelHeight = drawing.Width(s.Label, drawing.LabelSize)+4, labelTall
		}
		sheet.Strokes = append(sheet.Strokes, s)
		g.Edges = append(g.Edges, e)
	}
	o := drawing.Options{NodeGap: 28, RankGap: 46, Margin: 14}
	if len(heads) > 0 {
		o.Head = headTall
	}
	pic, err := drawing.Draw(g, o)
	if err != nil {
		return "", 0, err
	}
	return pic.SVG(sheet), pic.Width, nil
}

func (v view) mark(p dependency.Place, focus bool) drawing.Mark {
	m := drawing.Mark{Title: p.Name, Sub: p.Under, Badge: p.Version, Note: p.Name + ", " + strings.ToLower(kindWord(p.Kind)),
		Href: v.query.url(func(q *query) { q.Q, q.Slip = p.Ref(), "" })}
	if p.Kind == dependency.Release && !p.Dated.IsZero() {
		m.Sub = strings.TrimPrefix(p.Under+", ", ", ") + p.Dated.Std().In(v.Zone).Format("2 Jan")
	}
	var class []string
	switch {
	case focus:
		class = append(class, "sel")
	case v.m.At < 0 && p.Version != "", p.Distance == 1, p.Distance > 1:
		class = append(class, "near")
	case v.m.At >= 0:
		class = append(class, "far")
	}
	if p.Kind == dependency.Outside {
		class = append(class, "ext")
	}
	m.Class = strings.Join(class, " ")
	return m
}

// stroke says how a way shows: strong around the focus, dashed where the marked release changes something, and named where
// it is late.
func (v view) stroke(w dependency.Way) drawing.Stroke {
	var s drawing.Stroke
	var class, notes []string
	near := func(k int) int { return v.m.Places[k].Distance }
	if v.m.At >= 0 && near(w.From) >= 0 && near(w.To) >= 0 && (v.m.Depth == 0 || min(near(w.From), near(w.To)) < v.m.Depth) {
		s.Strong = true
	}
	if v.m.At < 0 && (w.Changes || w.Late) {
		s.Strong = true
	}
	if s.Strong {
		class = append(class, "h")
	}
	if w.Changes {
		class = append(class, "ch")
	}
	late := int64(0)
	for _, i := range w.Dependencies {
		d := v.m.Dependencies[i]
		late = max(late, d.Late)
		_, word := v.stateOf(d)
		notes = append(notes, d.What+": "+strings.ToLower(word))
	}
	if late > 0 {
		s.Label = ui.Duration(time.Duration(late)*time.Minute) + " late"
		class = append(class, "lt")
	}
	s.Class, s.Note = strings.Join(class, " "), strings.Join(notes[:min(len(notes), 5)], "; ")
	return s
}

// columns says in which column each place stands and what is written above: releases stand in the order of their weeks, or
// of their months where there are many.
func (v view) columns() ([]int, []string) {
	out := make([]int, len(v.m.Places))
	for i := range out {
		out[i] = drawing.Free
	}
	if v.query.view() != dependency.Releases {
		return out, nil
	}
	week := func(t time.Time) (int, string) {
		y, w := t.ISOWeek()
		return y*100 + w, "Week " + strconv.Itoa(w) + ", " + monday(t).Format("2 Jan")
	}
	month := func(t time.Time) (int, string) { return t.Year()*100 + int(t.Month()), t.Format("January 2006") }
	keys, names := v.periods(week)
	of := week
	if len(keys) > weeksMost {
		keys, names = v.periods(month)
		of = month
	}
	first := 0
	var heads []string
	for i, p := range v.m.Places {
		if p.Dated.IsZero() {
			out[i], first = 0, 1
		}
	}
	if first == 1 {
		heads = append(heads, "Without a window")
	}
	for _, k := range keys {
		heads = append(heads, names[k])
	}
	for i, p := range v.m.Places {
		if !p.Dated.IsZero() {
			k, _ := of(p.Dated.Std().In(v.Zone))
			out[i] = first + slices.Index(keys, k)
		}
	}
	return out, heads
}

func (v view) periods(of func(time.Time) (int, string)) ([]int, map[int]string) {
	names := map[int]string{}
	var keys []int
	for _, p := range v.m.Places {
		if p.Dated.IsZero() {
			continue
		}
		k, name := of(p.Dated.Std().In(v.Zone))
		if _, known := names[k]; !known {
			names[k] = name
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys, names
}

func monday(t time.Time) time.Time {
	return t.AddDate(0, 0, -((int(t.Weekday()) + 6) % 7))
}

// finding says in a sentence what the picture shows.
func (v view) finding() string {
	if v.m.At < 0 {
		return fmt.Sprintf("Map of %s. The table below has the same data.", v.counted())
	}
	at := v.m.Places[v.m.At]
	var to, from []string
	for _, w := range v.m.Ways {
		switch v.m.At {
		case w.From:
			to = append(to, v.m.Places[w.To].Name)
		case w.To:
			from = append(from, v.m.Places[w.From].Name)
		}
	}
	words := [2]string{"Calls", "Called by"}
	if v.query.view() != dependency.Services {
		words = [2]string{"Leads to", "Behind"}
	}
	s := "Map around " + at.Name + "."
	if len(from) > 0 {
		s += " " + words[1] + " " + ui.List(from...) + "."
	}
	if len(to) > 0 {
		s += " " + words[0] + " " + ui.List(to...) + "."
	}
	return s + " The list beside it has the same data."
}

// counted counts what is on the map.
func (v view) counted() string {
	n := len(v.m.Places) - v.m.Outside
	parts := []string{}
	switch v.query.view() {
	case dependency.Teams:
		parts = append(parts, ui.Plural(n, "team", "teams"))
	case dependency.Releases:
		others := 0
		for _, p := range v.m.Places {
			if p.Kind == dependency.Service || p.Kind == dependency.Team {
				others++
			}
		}
		parts = append(parts, ui.Plural(n-others, "release", "releases"))
		if others > 0 {
			parts = append(parts, ui.Plural(others, "service or team", "services and teams"))
		}
	default:
		parts = append(parts, ui.Plural(n, "service", "services"))
	}
	if v.m.Outside > 0 {
		parts = append(parts, ui.Plural(v.m.Outside, "outside party", "outside parties"))
	}
	if v.query.view() == dependency.Services {
		return strings.Join(append(parts, ui.Plural(len(v.m.Ways), "call", "calls")), ", ")
	}
	return strings.Join(append(parts, ui.Plural(len(v.m.Ways), "way between them", "ways between them")), ", ")
}
