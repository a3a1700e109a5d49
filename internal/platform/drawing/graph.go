package drawing

import "slipway/internal/errs"

// Limits of a graph that is drawn.
const (
	NodesMax = 5_000
	EdgesMax = 20_000
)

// Free is the column of a node that may stand in any.
const Free = -1

// Node is a box of a graph. Texts stand inside it, so the caller makes it wide enough for them: see Width.
type Node struct {
	Width, Height float64
	Column        int // its rank from 0, or Free
}

// Edge leads from one node to another, by index. An edge with a label gets room for it.
type Edge struct {
	From, To                int
	LabelWidth, LabelHeight float64 // both 0 without a label
}

func (e Edge) labelled() bool { return e.LabelWidth > 0 && e.LabelHeight > 0 }

// Style is how edges run.
type Style int

// The styles.
const (
	Smooth     Style = iota // curves between the columns
	Straight                // lines between the columns
	Orthogonal              // horizontal and vertical lines, with ends of their own along a node's side
)

// Options say how a graph is drawn. The zero value is a good picture.
type Options struct {
	Style   Style
	TopDown bool    // ranks follow each other from top to bottom; from left to right without it
	NodeGap float64 // between boxes of a rank; 24 if 0
	RankGap float64 // between ranks; 64 if 0
	Margin  float64 // around everything; 16 if 0
	Head    float64 // kept free before the ranks for headings
}

// Graph is what is drawn.
type Graph struct {
	Nodes []Node
	Edges []Edge
}

// Point is a place in the picture. Y grows downwards.
type Point struct{ X, Y float64 }

// Box is a rectangle of the picture by its upper left corner.
type Box struct{ X, Y, Width, Height float64 }

// Centre returns the middle of the box.
func (b Box) Centre() Point { return Point{b.X + b.Width/2, b.Y + b.Height/2} }

// overlaps reports whether two boxes share more than their border.
func (b Box) overlaps(c Box) bool {
	const touch = 1e-6
	return b.X+b.Width > c.X+touch && c.X+c.Width > b.X+touch && b.Y+b.Height > c.Y+touch && c.Y+c.Height > b.Y+touch
}

// Placed is a node in the picture.
type Placed struct {
	Box
	Rank int // from 0
}

// Line is an edge in the picture, from its first node to its second. Points are the corners of a straight or orthogonal
// line; of a smooth one every third point is on the line and the two between are the controls of a cubic Bézier curve.
type Line struct {
	Points []Point
	Curved bool
	Label  Box  // none without a label
	Back   bool // it leads against the order of the ranks
}

// Picture is a graph that was drawn.
type Picture struct {
	Width, Height float64
	Nodes         []Placed // as Graph.Nodes
	Lines         []Line   // as Graph.Edges
	Ranks         []Box    // the strip of each rank; boxes of the rank stand inside
	Crossings     int      // of lines, between neighbouring layers
}

// Draw arranges a graph. It fails with errs.Invalid for more nodes or edges than the limits, for an edge to a node that does
// not exist, and for a size or a column that is not possible. It costs time about linear in nodes, edges and the ranks that
// edges pass, times some tens of sweeps; edges that would pass too many ranks run around everything instead, so that the
// cost stays bounded.
func Draw(g Graph, o Options) (Picture, error) {
	if err := g.check(); err != nil {
		return Picture{}, err
	}
	o = o.filled()
	if o.TopDown {
		g = g.turned()
	}
	l := layersOf(g, ranksOf(g), o)
	crossings := l.arrange()
	l.place()
	p := l.route()
	p.Crossings = crossings
	if o.TopDown {
		p.turn()
	}
	return p, nil
}

func (o Options) filled() Options {
	for _, x := range []struct {
		v *float64
		d float64
	}{{&o.NodeGap, 24}, {&o.RankGap, 64}, {&o.Margin, 16}} {
		if *x.v <= 0 {
			*x.v = x.d
		}
	}
	return o
}

// sizeMax is the greatest side of a box.
const sizeMax = 10_000

func (g Graph) check() error {
	if len(g.Nodes) > NodesMax || len(g.Edges) > EdgesMax {
		return errs.Invalid("drawing.too_large", "A picture holds at most %d nodes and %d edges. This graph has %d and %d.", NodesMax, EdgesMax, len(g.Nodes), len(g.Edges))
	}
	for i, n := range g.Nodes {
		if !(n.Width > 0 && n.Width <= sizeMax && n.Height > 0 && n.Height <= sizeMax) {
			return errs.Invalid("drawing.size", "Node %d is %g × %g. A side is more than 0 and at most %d.", i, n.Width, n.Height, sizeMax)
		}
		if n.Column < Free || n.Column >= NodesMax {
			return errs.Invalid("drawing.column", "Node %d cannot stand in column %d.", i, n.Column)
		}
	}
	for i, e := range g.Edges {
		if e.From < 0 || e.To < 0 || e.From >= len(g.Nodes) || e.To >= len(g.Nodes) {
			return errs.Invalid("drawing.edge", "Edge %d leads to a node that does not exist.", i)
		}
		if !(e.LabelWidth >= 0 && e.LabelWidth <= sizeMax && e.LabelHeight >= 0 && e.LabelHeight <= sizeMax) {
			return errs.Invalid("drawing.size", "The label of edge %d is %g × %g.", i, e.LabelWidth, e.LabelHeight)
		}
	}
	return nil
}

// turned returns the graph with its axes exchanged.
func (g Graph) turned() Graph {
	out := Graph{Nodes: make([]Node, len(g.Nodes)), Edges: make([]Edge, len(g.Edges))}
	for i, n := range g.Nodes {
		out.Nodes[i] = Node{n.Height, n.Width, n.Column}
	}
	for i, e := range g.Edges {
		out.Edges[i] = Edge{e.From, e.To, e.LabelHeight, e.LabelWidth}
	}
	return out
}

// turn exchanges the axes of a picture.
func (p *Picture) turn() {
	turn := func(b *Box) { b.X, b.Y, b.Width, b.Height = b.Y, b.X, b.Height, b.Width }
	p.Width, p.Height = p.Height, p.Width
	for i := range p.Nodes {
		turn(&p.Nodes[i].Box)
	}
	for i := range p.Ranks {
		turn(&p.Ranks[i])
	}
	for i := range p.Lines {
		turn(&p.Lines[i].Label)
		for k, q := range p.Lines[i].Points {
			p.Lines[i].Points[k] = Point{q.Y, q.X}
		}
	}
}
