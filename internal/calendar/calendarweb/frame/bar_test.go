package frame_test

import (
	"testing"

	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/platform/ui/uifigure"
)

func TestNamesStandWhereThereIsRoom(t *testing.T) {
	for _, c := range []struct {
		what             string
		x, w             float64
		class            string
		left, from, till float64
	}{
		{"in the bar", 10, 20, "booked", 20, 10, 30},
		{"behind the bar", 10, 5, "booked over", 5, 10, 25},
		{"behind the point", 10, 1, "booked", 0, 10, 20},
		{"before the bar at the end of the axis", 90, 5, "booked over before", 5, 80, 95},
		{"before the point at the end of the axis", 95, 1, "booked before", 0, 85, 96},
	} {
		b, from, to := frame.Named(uifigure.Bar{Text: "Ten of all", Class: "booked", Span: uifigure.Span{X: c.x, W: c.w}})
		if b.Class != c.class || b.Span.W != c.left || from != c.from || to != c.till {
			t.Errorf("%s: %q %+v from %v to %v", c.what, b.Class, b.Span, from, to)
		}
	}
}
