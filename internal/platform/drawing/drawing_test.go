package drawing

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/errs"
)

// random makes a graph of n nodes and m edges with everything that is awkward: loops, cycles, edges twice, parts apart.
func random(r *rand.Rand, n, m int, columns, labels bool) Graph {
	g := Graph{Nodes: make([]Node, n), Edges: make([]Edge, m)}
	for i := range g.Nodes {
		g.Nodes[i] = Node{Width: 60 + float64(r.IntN(120)), Height: 20 + float64(r.IntN(50)), Column: Free}
		if columns && r.IntN(3) > 0 {
			g.Nodes[i].Column = r.IntN(6)
		}
	}
	for i := range g.Edges {
		g.Edges[i] = Edge{From: r.IntN(n), To: r.IntN(n)}
		if labels && r.IntN(3) == 0 {
			g.Edges[i].LabelWidth, g.Edges[i].LabelHeight = 20+float64(r.IntN(60)), 14
		}
	}
	return g
}

// dag makes a layered graph such as a map of services: most calls are short.
func dag(r *rand.Rand, n int) Graph {
	g := Graph{Nodes: make([]Node, n)}
	for i := range g.Nodes {
		g.Nodes[i] = Node{Width: 154, Height: 46, Column: Free}
		for range r.IntN(4) {
			if i > 0 {
				g.Edges = append(g.Edges, Edge{From: max(0, i-1-r.IntN(40)), To: i})
			}
		}
	}
	return g
}

// samples returns points along a line.
func samples(l Line) []Point {
	var out []Point
	const parts = 16
	if !l.Curved {
		for i := 1; i < len(l.Points); i++ {
			a, b := l.Points[i-1], l.Points[i]
			for k := range parts + 1 {
				t := float64(k) / parts
				out = append(out, Point{a.X + (b.X-a.X)*t, a.Y + (b.Y-a.Y)*t})
			}
		}
		return out
	}
	for i := 0; i+3 < len(l.Points); i += 3 {
		a, b, c, d := l.Points[i], l.Points[i+1], l.Points[i+2], l.Points[i+3]
		for k := range parts + 1 {
			t := float64(k) / parts
			u := 1 - t
			f := func(a, b, c, d float64) float64 { return u*u*u*a + 3*u*u*t*b + 3*u*t*t*c + t*t*t*d }
			out = append(out, Point{f(a.X, b.X, c.X, d.X), f(a.Y, b.Y, c.Y, d.Y)})
		}
	}
	return out
}

func inside(b Box, p Point) bool {
	const e = 1e-3
	return p.X > b.X+e && p.X < b.X+b.Width-e && p.Y > b.Y+e && p.Y < b.Y+b.Height-e
}

// touches reports whether a point is on the border of a box.
func touches(b Box, p Point) bool {
	const e = 1e-3
	return p.X > b.X-e && p.X < b.X+b.Width+e && p.Y > b.Y-e && p.Y < b.Y+b.Height+e
}

// sound fails the test where a picture breaks what Draw promises.
func sound(t *testing.T, g Graph, o Options, p Picture) {
	t.Helper()
	if len(p.Nodes) != len(g.Nodes) || len(p.Lines) != len(g.Edges) {
		t.Fatalf("%d nodes and %d lines of %d and %d", len(p.Nodes), len(p.Lines), len(g.Nodes), len(g.Edges))
	}
	page := Box{0, 0, p.Width, p.Height}
	var labels []Box
	for _, l := range p.Lines {
		if l.Label.Width > 0 {
			labels = append(labels, l.Label)
		}
	}
	for i, a := range p.Nodes {
		if a.Width != g.Nodes[i].Width || a.Height != g.Nodes[i].Height {
			t.Fatalf("node %d is %v, wanted %v", i, a.Box, g.Nodes[i])
		}
		if !touches(page, Point{a.X, a.Y}) || !touches(page, Point{a.X + a.Width, a.Y + a.Height}) {
			t.Fatalf("node %d is not on the page: %v of %v", i, a.Box, page)
		}
		for k, b := range p.Nodes[:i] {
			if a.overlaps(b.Box) {
				t.Fatalf("nodes %d and %d overlap: %v %v", i, k, a.Box, b.Box)
			}
		}
		for _, b := range labels {
			if a.overlaps(b) {
				t.Fatalf("a label stands on node %d: %v %v", i, a.Box, b)
			}
		}
		if c := g.Nodes[i].Column; c != Free && a.Rank != c {
			t.Fatalf("node %d stands in %d, stated %d", i, a.Rank, c)
		}
	}
	for i, a := range labels {
		if !touches(page, Point{a.X, a.Y}) || !touches(page, Point{a.X + a.Width, a.Y + a.Height}) {
			t.Fatalf("label %d is not on the page", i)
		}
		for k, b := range labels[:i] {
			if a.overlaps(b) {
				t.Fatalf("labels %d and %d overlap", i, k)
			}
		}
	}
	ranks(t, g, o, p)
	for i, l := range p.Lines {
		line(t, g, p, i, l)
	}
}

// ranks fails where an edge does not lead onwards, or a rank does not stand behind the one before.
func ranks(t *testing.T, g Graph, o Options, p Picture) {
	t.Helper()
	for i, e := range g.Edges {
		a, b := p.Nodes[e.From], p.Nodes[e.To]
		if (a.Rank > b.Rank) != p.Lines[i].Back {
			t.Fatalf("edge %d leads from rank %d to %d, back %v", i, a.Rank, b.Rank, p.Lines[i].Back)
		}
		if e.From != e.To && a.Rank == b.Rank && (g.Nodes[e.From].Column == Free && g.Nodes[e.To].Column == Free) {
			free := true
			for _, n := range g.Nodes {
				free = free && n.Column == Free
			}
			if free {
				t.Fatalf("edge %d stays in rank %d", i, a.Rank)
			}
		}
	}
	for k := 1; k < len(p.Ranks); k++ {
		if a, b := p.Ranks[k-1], p.Ranks[k]; o.TopDown && a.Y+a.Height > b.Y || !o.TopDown && a.X+a.Width > b.X {
			t.Fatalf("rank %d stands in rank %d", k, k-1)
		}
	}
}

// line fails where a line does not join its nodes, or touches a node or a label that is not its own.
func line(t *testing.T, g Graph, p Picture, i int, l Line) {
	t.Helper()
	e := g.Edges[i]
	if len(l.Points) < 2 || l.Curved && len(l.Points)%3 != 1 {
		t.Fatalf("edge %d has %d points", i, len(l.Points))
	}
	if e.labelled() != (l.Label.Width > 0) {
		t.Fatalf("edge %d has label %v", i, l.Label)
	}
	for _, q := range l.Points {
		if math.IsNaN(q.X+q.Y) || math.IsInf(q.X+q.Y, 0) || q.X < -1e-3 || q.Y < -1e-3 || q.X > p.Width+1e-3 || q.Y > p.Height+1e-3 {
			t.Fatalf("edge %d leaves the page at %v", i, q)
		}
	}
	if !touches(p.Nodes[e.From].Box, l.Points[0]) || !touches(p.Nodes[e.To].Box, l.Points[len(l.Points)-1]) {
		t.Fatalf("edge %d from %v to %v is drawn from %v to %v", i, p.Nodes[e.From].Box, p.Nodes[e.To].Box, l.Points[0], l.Points[len(l.Points)-1])
	}
	for _, q := range samples(l) {
		for k, b := range p.Nodes {
			if inside(b.Box, q) {
				t.Fatalf("edge %d (%d to %d, ranks %d to %d) runs over node %d at %v", i, e.From, e.To, p.Nodes[e.From].Rank, p.Nodes[e.To].Rank, k, q)
			}
		}
		for k, m := range p.Lines {
			if m.Label.Width > 0 && inside(m.Label, q) {
				t.Fatalf("edge %d runs over the label of %d", i, k)
			}
		}
	}
}

func TestPicturesAreSound(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		n := 1 + r.IntN(40)
		g := random(r, n, r.IntN(2*n), seed%2 == 0, seed%3 == 0)
		o := Options{Style: Style(seed % 3), TopDown: seed%5 == 0, Head: float64(seed % 2 * 20)}
		p, err := Draw(g, o)
		if err != nil {
			t.Fatal(err)
		}
		sound(t, g, o, p)
		again, _ := Draw(g, o)
		if !reflect.DeepEqual(p, again) {
			t.Fatal("two drawings of one graph differ")
		}
	}
}

func TestNothing(t *testing.T) {
	p, err := Draw(Graph{}, Options{})
	if err != nil || p.Width <= 0 || p.Height <= 0 {
		t.Errorf("%+v %v", p, err)
	}
	for name, g := range map[string]Graph{
		"drawing.size":      {Nodes: []Node{{Width: math.NaN(), Height: 1}}},
		"drawing.column":    {Nodes: []Node{{Width: 1, Height: 1, Column: -7}}},
		"drawing.edge":      {Nodes: []Node{{Width: 1, Height: 1}}, Edges: []Edge{{From: 0, To: 1}}},
		"drawing.too_large": {Nodes: make([]Node, NodesMax+1)},
	} {
		if _, err := Draw(g, Options{}); errs.ReasonOf(err) != name || errs.CodeOf(err) != errs.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// simple makes a graph of boxes of one size from pairs.
func simple(n int, pairs ...[2]int) Graph {
	g := Graph{}
	for range n {
		g.Nodes = append(g.Nodes, Node{100, 40, Free})
	}
	for _, p := range pairs {
		g.Edges = append(g.Edges, Edge{From: p[0], To: p[1]})
	}
	return g
}

func TestRanks(t *testing.T) {
	for name, c := range map[string]struct {
		g    Graph
		want string
	}{
		"chain":                          {simple(3, [2]int{0, 1}, [2]int{1, 2}), "0 1 2"},
		"a source moves to its one user": {simple(4, [2]int{0, 1}, [2]int{1, 2}, [2]int{3, 2}, [2]int{0, 2}), "0 1 2 1"},
		"a cycle":                        {simple(3, [2]int{0, 1}, [2]int{1, 2}, [2]int{2, 0}), "0 1 2"},
		"alone":                          {simple(9), "0 1 2 0 1 2 0 1 2"},
	} {
		if got := strings.Trim(fmt.Sprint(ranksOf(c.g)), "[]"); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestCrossingsAreFound(t *testing.T) {
	// A complete bipartite graph of 3 and 3 has 9 crossings in any order; a crossed ladder none in the right one.
	k33 := simple(6)
	for a := range 3 {
		for b := range 3 {
			k33.Edges = append(k33.Edges, Edge{From: a, To: 3 + b})
		}
	}
	if p, _ := Draw(k33, Options{}); p.Crossings != 9 {
		t.Errorf("%d crossings of the complete graph", p.Crossings)
	}
	ladder := simple(12)
	for i := range 6 {
		ladder.Edges = append(ladder.Edges, Edge{From: i, To: 6 + (i*5)%6}, Edge{From: i, To: 6 + ((i+1)*5)%6})
	}
	ladder.Edges = ladder.Edges[:11] // a path
	if p, _ := Draw(ladder, Options{}); p.Crossings != 0 {
		t.Errorf("%d crossings of a path", p.Crossings)
	}
	r := rand.New(rand.NewPCG(7, 7))
	for range 30 {
		l := &layered{order: [][]int{{0, 1, 2, 3, 4}, {5, 6, 7, 8}}, items: make([]item, 9), at: make([]int, 9)}
		var es [][2]int
		for range r.IntN(12) {
			a, b := r.IntN(5), 5+r.IntN(4)
			l.join(a, b)
			es = append(es, [2]int{a, b})
		}
		r.Shuffle(5, func(i, j int) { l.order[0][i], l.order[0][j] = l.order[0][j], l.order[0][i] })
		l.number()
		want := 0
		for i, e := range es {
			for _, f := range es[:i] {
				if (l.at[e[0]]-l.at[f[0]])*(l.at[e[1]]-l.at[f[1]]) < 0 {
					want++
				}
			}
		}
		steps := 1000
		if got := l.crossings(&steps); got != want {
			t.Fatalf("%d crossings, counted by hand %d", got, want)
		}
	}
}

func TestLongLinesAreStraight(t *testing.T) {
	g := simple(7, [2]int{0, 1}, [2]int{1, 2}, [2]int{2, 3}, [2]int{3, 4}, [2]int{0, 4}, [2]int{5, 6})
	p, err := Draw(g, Options{Style: Straight})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(p.Lines[4].Points); n > 6 {
		t.Errorf("the long line has %d corners: %v", n, p.Lines[4].Points)
	}
}

func TestSVG(t *testing.T) {
	g := simple(3, [2]int{0, 1}, [2]int{1, 2}, [2]int{2, 2})
	g.Edges[0].LabelWidth, g.Edges[0].LabelHeight = 60, 14
	p, err := Draw(g, Options{Head: 20})
	if err != nil {
		t.Fatal(err)
	}
	s := p.SVG(Sheet{ID: "m", Class: "graph", Label: `A "map" & more`, Headings: []string{"One", "<Two>"}, Style: ".nd{fill:none}",
		Marks:   []Mark{{Title: "payments-core and a very long name that cannot fit", Sub: "Payments", Badge: "8.32.0", Href: "/x?a=1&b=2", Class: "sel"}, {Title: "<b>", Note: "a\x00b"}, {Title: "c"}},
		Strokes: []Stroke{{Label: "calls <v2>", Note: "since 2020", Strong: true, Class: "h"}, {}, {}}})
	d := xml.NewDecoder(strings.NewReader(s))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, s)
		}
	}
	for _, want := range []string{`role="group"`, `A &#34;map&#34; &amp; more`, `&lt;Two&gt;`, `href="/x?a=1&amp;b=2"`, "…</text>", ">8.32.0<", ">calls", `marker-end="url(#m-1)"`, "<title>ab</title>"} {
		if !strings.Contains(s, want) {
			t.Errorf("missing %s in %s", want, s)
		}
	}
	if strings.Contains(s, "NaN") || strings.Count(s, `class="ge`) != 3 {
		t.Errorf("%s", s)
	}
}

func TestFit(t *testing.T) {
	for _, s := range []string{"", "a", "payments-core", strings.Repeat("W", 400), "決済コア システム", "a\xffb"} {
		f := Fit(s, 12, 80)
		if Width(f, 12) > 80 || f != s && !strings.HasSuffix(f, "…") {
			t.Errorf("%q: %q of %g", s, f, Width(f, 12))
		}
	}
}

func TestLargeGraphsAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("draws graphs of 2,000 nodes")
	}
	r := rand.New(rand.NewPCG(3, 3))
	chain := simple(2000)
	for i := range 1999 {
		chain.Edges = append(chain.Edges, Edge{From: i, To: i + 1})
		chain.Edges = append(chain.Edges, Edge{From: r.IntN(2000), To: r.IntN(2000)})
	}
	for name, g := range map[string]Graph{"tangle": random(r, 2000, 6000, false, true), "chain": chain, "alone": simple(2000), "columns": random(r, 2000, 4000, true, false)} {
		from := time.Now()
		p, err := Draw(g, Options{})
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(from)
		t.Logf("%s: %v, %d crossings, %.0f × %.0f", name, took, p.Crossings, p.Width, p.Height)
		if took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		for i, a := range p.Nodes {
			if slices.ContainsFunc(p.Nodes[:i], func(b Placed) bool { return a.overlaps(b.Box) }) {
				t.Fatalf("%s: node %d stands on another", name, i)
			}
		}
		for i, l := range p.Lines {
			if len(l.Points) < 2 {
				t.Fatalf("%s: edge %d is not drawn", name, i)
			}
		}
	}
}

// FuzzDraw reads a graph from bytes: sizes and columns of nodes, then pairs of ends.
func FuzzDraw(f *testing.F) {
	f.Add([]byte{3, 0, 1, 2, 0, 1, 1, 2, 2, 0}, uint8(0))
	f.Add([]byte{5, 9, 200, 3, 4, 5, 0, 0, 1, 1, 1, 4, 4, 1, 2, 3}, uint8(7))
	f.Add([]byte{}, uint8(2))
	f.Fuzz(func(t *testing.T, b []byte, how uint8) {
		var g Graph
		if len(b) > 0 {
			k := min(int(b[0]), 60, len(b)-1)
			for _, x := range b[1 : 1+k] {
				g.Nodes = append(g.Nodes, Node{10 + float64(x), 8 + float64(x%60), int(x%9) - 1})
			}
			for b = b[1+k:]; len(b) > 1 && k > 0 && len(g.Edges) < 200; b = b[2:] {
				e := Edge{From: int(b[0]) % k, To: int(b[1]) % k}
				if b[0] > 127 {
					e.LabelWidth, e.LabelHeight = float64(b[1])+1, 12
				}
				g.Edges = append(g.Edges, e)
			}
		}
		o := Options{Style: Style(how % 3), TopDown: how&4 != 0, NodeGap: float64(how >> 3)}
		p, err := Draw(g, o)
		if err != nil {
			t.Fatal(err)
		}
		sound(t, g, o, p)
	})
}

func BenchmarkDraw300(b *testing.B) {
	g := dag(rand.New(rand.NewPCG(1, 1)), 300)
	b.Logf("%d edges", len(g.Edges))
	for b.Loop() {
		if _, err := Draw(g, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBarePass300 is the least that any drawing of the same graph does: break cycles and find ranks.
func BenchmarkBarePass300(b *testing.B) {
	g := dag(rand.New(rand.NewPCG(1, 1)), 300)
	for b.Loop() {
		ranksOf(g)
	}
}
