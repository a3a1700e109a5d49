package weekpage

import (
	"slices"
	"testing"

	"slipway/internal/calendar/calendarweb/hourgrid"
)

func TestBlocksStandOnStairsWhereTheirNamesCanBeRead(t *testing.T) {
	block := func(from, to, column int) hourgrid.Block {
		return hourgrid.Block{From: from, To: to, Column: column, Span: 1, Columns: 3}
	}
	for _, c := range []struct {
		what   string
		blocks []hourgrid.Block
		more   int
		want   []bool
	}{
		{"alone", []hourgrid.Block{block(0, 60, 0)}, 0, []bool{true}},
		{"one after the other", []hourgrid.Block{block(0, 240, 0), block(30, 180, 1), block(60, 100, 2)}, 0, []bool{true, true, true}},
		{"at once, and later one after the other", []hourgrid.Block{block(0, 60, 0), block(10, 60, 1), block(90, 200, 0), block(120, 160, 1)}, 0, []bool{false, false, true, true}},
		{"back in the first column upon the second", []hourgrid.Block{block(0, 60, 0), block(30, 200, 1), block(70, 120, 0)}, 0, []bool{false, false, false}},
		{"with more that found no room", []hourgrid.Block{block(0, 60, 0), block(30, 200, 1)}, 1, []bool{false, false}},
	} {
		d := hourgrid.Day{Blocks: c.blocks, More: make([]hourgrid.More, c.more)}
		if got := stairs(d); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
		x := day{Day: d, stairs: stairs(d)}
		for i := range c.blocks {
			if at, wide := x.place(i); at < 0 || at+wide > 100.001 || wide < 33 {
				t.Errorf("%s: block %d from %v, %v wide", c.what, i, at, wide)
			}
		}
	}
}
