package drawing

import "math"

// Measures of lines.
const (
	trackRoom = 9.0  // between the vertical parts of orthogonal lines
	stub      = 14.0 // before the first and behind the last of them
	bow       = 0.75 // of the gap: how far a line within a rank leaves it
	lanesMost = 40
)

// router draws the lines once every item has its place.
type router struct {
	*layered
	x, width []float64 // of each layer
	gap      []float64 // the room behind each layer
	out, in  []float64 // where each line leaves its first item and reaches its last
	side     []int     // how many lines within a rank run between the same two neighbours
	track    [][]int   // of each part of an orthogonal line
	bottom   float64
	lanes    int
}

func (l *layered) route() Picture {
	n := len(l.order)
	r := &router{layered: l, x: make([]float64, n), width: make([]float64, n), gap: make([]float64, n)}
	for v := range l.items {
		i := &l.items[v]
		r.width[i.layer] = max(r.width[i.layer], i.width)
		r.bottom = max(r.bottom, i.y+i.height/2)
	}
	r.ports()
	r.gaps()
	for k := range r.x {
		r.x[k] = l.o.Margin
		if k > 0 {
			r.x[k] = r.x[k-1] + r.width[k-1] + r.gap[k-1]
		}
	}
	return r.picture()
}

func (r *router) picture() Picture {
	p := Picture{Nodes: make([]Placed, len(r.g.Nodes)), Lines: make([]Line, len(r.g.Edges)), Ranks: make([]Box, len(r.layer))}
	top := r.o.Margin + r.o.Head
	bottom, right := max(r.bottom, top), 0.0
	for k := range r.x {
		right = max(right, r.x[k]+r.width[k])
	}
	for k, at := range r.layer {
		p.Ranks[k] = Box{r.x[at], top, r.width[at], bottom - top}
	}
	for v, n := range r.g.Nodes {
		i := r.items[v]
		p.Nodes[v] = Placed{Box{r.x[i.layer], i.y - n.Height/2, n.Width, n.Height}, r.rank[v]}
	}
	for i := range r.chains {
		line := r.line(i)
		for _, q := range line.Points {
			right, bottom = max(right, q.X), max(bottom, q.Y)
		}
		right = max(right, line.Label.X+line.Label.Width)
		p.Lines[i] = line
	}
	p.Width, p.Height = right+r.o.Margin, bottom+r.o.Margin
	return p
}

// gaps gives the room behind each layer: between ranks what was asked for, shared where labels stand between them, and for
// orthogonal lines as much as their vertical parts need.
func (r *router) gaps() {
	for k := range r.gap {
		r.gap[k] = r.o.RankGap
		if r.labels[k] || k+1 < len(r.labels) && r.labels[k+1] {
			r.gap[k] = max(r.o.RankGap*0.6, 30)
		}
	}
	if r.o.Style == Orthogonal {
		for k, n := range r.tracks() {
			r.gap[k] = max(r.gap[k], 2*stub+float64(n)*trackRoom)
		}
	}
}

// after and before return the borders of the gap behind a layer.
func (r *router) after(layer int) float64 { return r.x[layer] + r.width[layer] }
func (r *router) before(layer int) float64 {
	if layer+1 < len(r.x) {
		return r.x[layer+1]
	}
	return r.after(layer) + r.gap[layer]
}

// pen collects the points of a line.
type pen struct {
	curved bool
	points []Point
}

func (p *pen) last() Point { return p.points[len(p.points)-1] }

// to draws a straight part; nothing where it would have no length.
func (p *pen) to(x, y float64) {
	q := Point{x, y}
	if len(p.points) == 0 {
		p.points = append(p.points, q)
		return
	}
	from := p.last()
	if math.Abs(from.X-x)+math.Abs(from.Y-y) < 1e-6 {
		return
	}
	if p.curved {
		p.points = append(p.points, Point{from.X + (x-from.X)/3, from.Y + (y-from.Y)/3}, Point{from.X + (x-from.X)*2/3, from.Y + (y-from.Y)*2/3})
	} else if k := len(p.points); k > 1 && straight(p.points[k-2], from, q) {
		p.points[k-1] = q
		return
	}
	p.points = append(p.points, q)
}

func straight(a, b, c Point) bool {
	return math.Abs((b.X-a.X)*(c.Y-a.Y)-(b.Y-a.Y)*(c.X-a.X)) < 1e-6 && (b.X-a.X)*(c.X-b.X)+(b.Y-a.Y)*(c.Y-b.Y) >= 0
}

// curve draws a curve by its controls.
func (p *pen) curve(a, b, q Point) { p.points = append(p.points, a, b, q) }

// line draws an edge.
func (r *router) line(i int) Line {
	c := r.chains[i]
	p := &pen{curved: r.o.Style == Smooth}
	var l Line
	switch c.kind {
	case across:
		r.acrossLine(i, p)
	case flat:
		r.flatLine(i, p)
	case loop:
		r.loopLine(i, p)
	case outside:
		r.outsideLine(i, p)
	}
	l.Points, l.Curved, l.Back = p.points, p.curved, c.back
	if c.back {
		for a, b := 0, len(l.Points)-1; a < b; a, b = a+1, b-1 {
			l.Points[a], l.Points[b] = l.Points[b], l.Points[a]
		}
	}
	if c.label >= 0 {
		v, e := r.items[c.label], r.g.Edges[i]
		l.Label = Box{r.x[v.layer], v.y - v.height/2, e.LabelWidth, e.LabelHeight}
	}
	return l
}

// height returns the y at which a line passes an item: through its middle, or under its label.
func (r *router) height(v int) float64 {
	i := r.items[v]
	if i.node < 0 && i.width > 0 {
		return i.y + i.height/2 - 1
	}
	return i.y
}

func (r *router) acrossLine(i int, p *pen) {
	c := r.chains[i]
	from := r.items[c.items[0]]
	p.to(r.x[from.layer]+from.width, r.out[i])
	for k, v := range c.items {
		layer := r.items[v].layer
		if k == len(c.items)-1 {
			p.to(r.x[layer], r.in[i])
			return
		}
		p.to(r.after(layer), p.last().Y)
		y := r.height(c.items[k+1])
		if k+1 == len(c.items)-1 {
			y = r.in[i]
		}
		r.cross(p, layer, y, i, k)
	}
}

// cross leads a line over the gap behind a layer to a height.
func (r *router) cross(p *pen, layer int, y float64, i, part int) {
	from, x := p.last(), r.before(layer)
	switch {
	case math.Abs(from.Y-y) < 1e-6:
	case r.o.Style == Smooth:
		m := (from.X + x) / 2
		p.curve(Point{m, from.Y}, Point{m, y}, Point{x, y})
		return
	case r.o.Style == Orthogonal:
		t := r.trackAt(layer, r.track[i][part])
		p.to(t, from.Y)
		p.to(t, y)
	}
	p.to(x, y)
}

// trackAt returns the x of a track in the gap behind a layer.
func (r *router) trackAt(layer, track int) float64 {
	return r.after(layer) + stub + float64(track)*trackRoom
}

// flatLine joins two nodes of a rank: straight where they are neighbours, else through the gap behind the rank.
func (r *router) flatLine(i int, p *pen) {
	c := r.chains[i]
	a, b := r.items[c.items[0]], r.items[c.items[1]]
	layer := a.layer
	if c.label < 0 && r.neighbours(c.items[0], c.items[1]) {
		w := min(a.width, b.width)
		x := r.x[layer] + w/2 + r.out[i]*min(trackRoom, w/float64(r.side[i]+1))
		if a.y < b.y {
			p.to(x, a.y+a.height/2)
			p.to(x, b.y-b.height/2)
		} else {
			p.to(x, a.y-a.height/2)
			p.to(x, b.y+b.height/2)
		}
		return
	}
	p.to(r.x[layer]+a.width, a.y)
	p.to(r.after(layer), a.y)
	if c.label >= 0 {
		r.cross(p, layer, r.height(c.label), i, 0)
		r.back(p, layer, b.y, i, 1)
	} else {
		r.bow(p, layer, b.y, i)
	}
	p.to(r.x[layer]+b.width, b.y)
}

func (r *router) neighbours(a, b int) bool { return r.at[a]-r.at[b] == 1 || r.at[b]-r.at[a] == 1 }

// bow leads a line out of a layer and back to it.
func (r *router) bow(p *pen, layer int, y float64, i int) {
	from := p.last()
	far := from.X + (r.before(layer)-from.X)*bow
	switch r.o.Style {
	case Smooth:
		p.curve(Point{far, from.Y}, Point{far, y}, Point{from.X, y})
	case Orthogonal:
		t := r.trackAt(layer, r.track[i][0])
		p.to(t, from.Y)
		p.to(t, y)
		p.to(from.X, y)
	default:
		p.to(far, (from.Y+y)/2)
		p.to(from.X, y)
	}
}

// back leads a line from a label to the layer before it.
func (r *router) back(p *pen, layer int, y float64, i, part int) {
	from, x := p.last(), r.after(layer)
	switch {
	case math.Abs(from.Y-y) < 1e-6:
	case r.o.Style == Smooth:
		m := (from.X + x) / 2
		p.curve(Point{m, from.Y}, Point{m, y}, Point{x, y})
		return
	case r.o.Style == Orthogonal:
		t := r.trackAt(layer, r.track[i][part])
		p.to(t, from.Y)
		p.to(t, y)
	}
	p.to(x, y)
}

// loopLine leads from a node to itself, beside it.
func (r *router) loopLine(i int, p *pen) {
	c := r.chains[i]
	v := r.items[c.items[0]]
	half := min(v.height/4, 8)
	x := r.x[v.layer] + v.width
	p.to(x, v.y-half)
	if c.label >= 0 {
		p.to(r.after(v.layer), v.y-half)
		r.cross(p, v.layer, r.height(c.label), i, 0)
		r.back(p, v.layer, v.y+half, i, 1)
		p.to(x, v.y+half)
		return
	}
	far := x + min(18, r.gap[v.layer]/2)
	if r.o.Style == Smooth {
		p.curve(Point{far, v.y - half}, Point{far, v.y + half}, Point{x, v.y + half})
		return
	}
	p.to(far, v.y-half)
	p.to(far, v.y+half)
	p.to(x, v.y+half)
}

// outsideLine runs around everything, on a lane below it.
func (r *router) outsideLine(i int, p *pen) {
	c := r.chains[i]
	a, b := r.items[c.items[0]], r.items[c.items[1]]
	lane := r.bottom + laneRoom*float64(1+r.lanes%lanesMost)
	r.lanes++
	p.to(r.x[a.layer]+a.width, r.out[i])
	r.down(p, a.layer, lane)
	if c.label >= 0 {
		v := r.items[c.label]
		r.up(p, v.layer, r.height(c.label))
		r.down(p, v.layer, lane)
	}
	r.up(p, b.layer, r.in[i])
	p.to(r.x[b.layer], r.in[i])
}

// down leads a line from a layer into the gap behind it and to a lane.
func (r *router) down(p *pen, layer int, lane float64) {
	x := r.after(layer) + 6
	p.to(x, p.last().Y)
	p.to(x, lane)
}

// up leads a line from a lane through the gap before a layer to its border.
func (r *router) up(p *pen, layer int, y float64) {
	x := r.x[layer] - 6
	p.to(x, p.last().Y)
	p.to(x, y)
	p.to(r.x[layer], y)
}
