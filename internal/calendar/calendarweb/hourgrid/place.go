package hourgrid

import (
	"cmp"
	"slices"
	"time"
)

// Item is something that takes time.
type Item struct {
	From, To time.Time
	Rank     int // where not all find room, those of a lower rank do first
}

// Block is an item, or the part of it that lies on one day.
type Block struct {
	Item      int // index
	From, To  int // minutes of the axis
	Column    int // of Columns beside one another
	Span      int // columns that it takes
	Columns   int
	Continues bool // it began on a day before
	Goes      bool // it goes on behind this day
}

// More stands in the last column for items that found no room.
type More struct {
	Items           []int
	From, To        int
	Column, Columns int
}

// Day is what stands on one day.
type Day struct {
	Blocks []Block
	More   []More
}

// Strip is an item that covers a whole day or more; it stands above the hours.
type Strip struct {
	Item      int
	Day, Days int
	Row       int
	Continues bool // it began before the first day
	Goes      bool // it goes on behind the last
}

// Rule bounds a layout.
type Rule struct {
	Columns int           // most columns on a day, that of More included
	Least   int           // fewest minutes that a block is drawn high
	Whole   time.Duration // what lasts as long stands above the hours
	More    int           // minutes of starts that one More gathers
}

// Place lays items out. Items that share time on a day stand beside one another, each as wide as there is room to its right.
func (a Axis) Place(items []Item, r Rule) ([]Day, []Strip) {
	out := make([]Day, a.Days())
	var strips []Strip
	pieces := make([][]Block, a.Days())
	for i, x := range items {
		first, last := a.days[0], a.days[a.Days()]
		if !x.From.Before(last) || !x.To.After(first) {
			continue
		}
		if x.To.Sub(x.From) >= r.Whole {
			s := Strip{Item: i, Continues: x.From.Before(first), Goes: x.To.After(last)}
			for d := range a.Days() {
				if x.From.Before(a.days[d+1]) && x.To.After(a.days[d]) {
					if s.Days == 0 {
						s.Day = d
					}
					s.Days++
				}
			}
			strips = append(strips, s)
			continue
		}
		for d := range a.Days() {
			if !x.From.Before(a.days[d+1]) || !x.To.After(a.days[d]) {
				continue
			}
			b := Block{Item: i, From: a.At(d, x.From), To: a.At(d, x.To), Continues: x.From.Before(a.days[d]), Goes: x.To.After(a.days[d+1])}
			// What is short is drawn as high as a finger needs, within the day.
			if b.To-b.From < r.Least {
				b.To = min(a.Length, b.From+r.Least)
				b.From = b.To - r.Least
			}
			pieces[d] = append(pieces[d], b)
		}
	}
	for d := range pieces {
		out[d] = beside(pieces[d], items, r)
	}
	return out, stack(strips)
}

// beside puts the blocks of a day into columns, cluster by cluster: a cluster is what hangs together by sharing time.
func beside(bs []Block, items []Item, r Rule) Day {
	byStart(bs)
	var out Day
	for len(bs) > 0 {
		n, end := 1, bs[0].To
		for n < len(bs) && bs[n].From < end {
			end = max(end, bs[n].To)
			n++
		}
		cluster := slices.Clone(bs[:n])
		bs = bs[n:]
		placed, left := columns(cluster, r.Columns)
		if len(left) > 0 {
			slices.SortStableFunc(cluster, func(x, y Block) int { return cmp.Compare(items[x.Item].Rank, items[y.Item].Rank) })
			placed, left = columns(cluster, r.Columns-1)
		}
		wide := 0
		for _, b := range placed {
			wide = max(wide, b.Column+1)
		}
		if len(left) > 0 {
			wide++
		}
		for i := range placed {
			placed[i].Columns = wide
			placed[i].Span = room(placed[i], placed, wide, len(left) > 0)
		}
		byStart(placed)
		out.Blocks = append(out.Blocks, placed...)
		out.More = append(out.More, gather(left, wide, r)...)
	}
	return out
}

// byStart orders blocks: what begins first, and of these what lasts longest.
func byStart(bs []Block) {
	slices.SortStableFunc(bs, func(x, y Block) int { return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(y.To, x.To)) })
}

// columns puts each block, in the order given, into the first column in which nothing shares its time. What finds none is left.
func columns(bs []Block, most int) (placed, left []Block) {
	for _, b := range bs {
		b.Column = 0
		for b.Column < most && slices.ContainsFunc(placed, func(o Block) bool { return o.Column == b.Column && o.From < b.To && b.From < o.To }) {
			b.Column++
		}
		if b.Column == most {
			left = append(left, b)
		} else {
			placed = append(placed, b)
		}
	}
	return placed, left
}

// room is how many columns a block may take: its own, and those to its right in which nothing shares its time.
func room(b Block, all []Block, wide int, more bool) int {
	end := wide
	if more {
		end--
	}
	for _, o := range all {
		if o.Column > b.Column && o.From < b.To && b.From < o.To {
			end = min(end, o.Column)
		}
	}
	return end - b.Column
}

// gather puts what found no room together by its start, so that each More says when there is more.
func gather(left []Block, wide int, r Rule) []More {
	byStart(left)
	var out []More
	for _, b := range left {
		if n := len(out); n > 0 && b.From < out[n-1].From+max(r.More, r.Least) {
			out[n-1].Items = append(out[n-1].Items, b.Item)
			out[n-1].To = max(out[n-1].To, b.To)
			continue
		}
		if n := len(out); n > 0 {
			out[n-1].To = min(out[n-1].To, b.From)
		}
		out = append(out, More{Items: []int{b.Item}, From: b.From, To: b.To, Column: wide - 1, Columns: wide})
	}
	return out
}

// stack puts strips onto rows; those that share a day stand under one another.
func stack(ss []Strip) []Strip {
	slices.SortStableFunc(ss, func(x, y Strip) int { return cmp.Or(cmp.Compare(x.Day, y.Day), cmp.Compare(y.Days, x.Days)) })
	var ends []int
	for i, s := range ss {
		row := 0
		for row < len(ends) && ends[row] > s.Day {
			row++
		}
		if row == len(ends) {
			ends = append(ends, 0)
		}
		ends[row] = s.Day + s.Days
		ss[i].Row = row
	}
	return ss
}
