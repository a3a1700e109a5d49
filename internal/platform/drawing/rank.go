package drawing

// ranksOf gives every node its rank. A stated column is kept; the others stand behind what leads to them, as near to their
// neighbours as that allows. Ranks that nobody stated and nobody stands in are left out.
func ranksOf(g Graph) []int {
	n := len(g.Nodes)
	out := neighbours(g, false)
	back := backEdges(g, out)
	in := make([][]int, n) // edges by index, cycles broken
	onward := make([][]int, n)
	for i, e := range g.Edges {
		if e.From == e.To {
			continue
		}
		from, to := e.From, e.To
		if back[i] {
			from, to = to, from
		}
		onward[from] = append(onward[from], to)
		in[to] = append(in[to], from)
	}
	rank := make([]int, n)
	order := topological(onward, in)
	for _, v := range order {
		if g.Nodes[v].Column != Free {
			rank[v] = g.Nodes[v].Column
			continue
		}
		for _, u := range in[v] {
			rank[v] = max(rank[v], rank[u]+1)
		}
	}
	tighten(g, rank, order, onward, in)
	return packed(g, rank)
}

// neighbours returns the indexes of edges that leave each node.
func neighbours(g Graph, in bool) [][]int {
	out := make([][]int, len(g.Nodes))
	for i, e := range g.Edges {
		if in {
			out[e.To] = append(out[e.To], i)
		} else {
			out[e.From] = append(out[e.From], i)
		}
	}
	return out
}

// backEdges marks the edges that close a cycle on a walk through the graph, sources first. Without them there is none.
func backEdges(g Graph, out [][]int) []bool {
	const (
		fresh = iota
		open
		done
	)
	back := make([]bool, len(g.Edges))
	state := make([]byte, len(g.Nodes))
	entered := make([]int, len(g.Nodes))
	for _, e := range g.Edges {
		if e.From != e.To {
			entered[e.To]++
		}
	}
	type frame struct{ node, next int }
	walk := func(root int) {
		if state[root] != fresh {
			return
		}
		stack := []frame{{node: root}}
		state[root] = open
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if f.next == len(out[f.node]) {
				state[f.node] = done
				stack = stack[:len(stack)-1]
				continue
			}
			i := out[f.node][f.next]
			f.next++
			switch to := g.Edges[i].To; state[to] {
			case fresh:
				state[to] = open
				stack = append(stack, frame{node: to})
			case open:
				back[i] = true
			}
		}
	}
	for v := range g.Nodes {
		if entered[v] == 0 {
			walk(v)
		}
	}
	for v := range g.Nodes {
		walk(v)
	}
	return back
}

// topological returns the nodes so that each stands behind those that lead to it. The graph has no cycle.
func topological(onward, in [][]int) []int {
	left := make([]int, len(in))
	order := make([]int, 0, len(in))
	for v := range in {
		if left[v] = len(in[v]); left[v] == 0 {
			order = append(order, v)
		}
	}
	for i := 0; i < len(order); i++ {
		for _, w := range onward[order[i]] {
			if left[w]--; left[w] == 0 {
				order = append(order, w)
			}
		}
	}
	return order
}

// tightenings bounds how often tighten goes over the graph.
const tightenings = 16

// tighten moves free nodes between their neighbours to where their edges are shortest in sum: a node with more edges
// onward moves on, one with more edges behind it stays. It keeps every edge at one rank at least where it was.
func tighten(g Graph, rank, order []int, onward, in [][]int) {
	for range tightenings {
		moved := false
		for i := len(order) - 1; i >= 0; i-- {
			v := order[i]
			if g.Nodes[v].Column != Free || len(onward[v]) <= len(in[v]) || len(onward[v]) == 0 {
				continue
			}
			to := rank[onward[v][0]] - 1
			for _, w := range onward[v] {
				to = min(to, rank[w]-1)
			}
			if to > rank[v] {
				rank[v], moved = to, true
			}
		}
		for _, v := range order {
			if g.Nodes[v].Column != Free || len(in[v]) <= len(onward[v]) {
				continue
			}
			to := 0
			for _, u := range in[v] {
				to = max(to, rank[u]+1)
			}
			if to < rank[v] {
				rank[v], moved = to, true
			}
		}
		if !moved {
			return
		}
	}
}

// packed removes empty ranks, but none up to the last stated column, and spreads nodes without edges over the ranks where no
// column is stated.
func packed(g Graph, rank []int) []int {
	highest, stated := 0, -1
	for v, r := range rank {
		highest, stated = max(highest, r), max(stated, g.Nodes[v].Column)
	}
	used := make([]bool, highest+1)
	for _, r := range rank {
		used[r] = true
	}
	to, next := make([]int, len(used)), 0
	for r := range used {
		if to[r] = next; used[r] || r <= stated {
			next++
		}
	}
	for v, r := range rank {
		rank[v] = to[r]
	}
	if stated < 0 {
		spread(g, rank, next)
	}
	return rank
}

// spreadMost is over how many ranks nodes without edges are spread, where there are not more ranks anyway.
const spreadMost = 8

func spread(g Graph, rank []int, ranks int) {
	linked := make([]bool, len(g.Nodes))
	for _, e := range g.Edges {
		if e.From != e.To {
			linked[e.From], linked[e.To] = true, true
		}
	}
	var alone []int
	for v := range g.Nodes {
		if !linked[v] {
			alone = append(alone, v)
		}
	}
	across := 1
	for across < spreadMost && across*across < len(alone) {
		across++
	}
	if len(alone) < len(g.Nodes) {
		across = max(across, ranks)
	}
	for i, v := range alone {
		rank[v] = i % across
	}
}
