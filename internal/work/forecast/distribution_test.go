package forecast

import (
	"slices"
	"testing"
)

func TestDistribution(t *testing.T) {
	d := Distribution{[]float64{1, 2, 2, 3, 7, 8, 9, 9, 9, 10}}
	for _, c := range []struct{ p, want float64 }{{0, 1}, {0.1, 1}, {0.11, 2}, {0.3, 2}, {0.5, 7}, {0.7, 9}, {0.9, 9}, {0.95, 10}, {1, 10}} {
		if got := d.Percentile(c.p); got != c.want {
			t.Errorf("percentile %g is %g, want %g", c.p, got, c.want)
		}
	}
	for _, c := range []struct{ by, want float64 }{{0, 0}, {1, 0.1}, {2.5, 0.3}, {8.9999999, 0.9}, {8.99, 0.6}, {10, 1}} {
		if got := d.Chance(c.by); got != c.want {
			t.Errorf("chance of %g is %g, want %g", c.by, got, c.want)
		}
	}
	if d.Mean() != 6 {
		t.Errorf("mean %g", d.Mean())
	}
	near(t, "deviation", d.Deviation(), 3.55903, 1e-5)
	if got, want := d.Histogram(3), []Bin{{1, 4, 4}, {4, 7, 0}, {7, 10, 6}}; !slices.Equal(got, want) {
		t.Errorf("histogram %v, want %v", got, want)
	}
	if got := (Distribution{[]float64{4, 4}}).Histogram(5); !slices.Equal(got, []Bin{{4, 4, 2}}) {
		t.Errorf("histogram of equals %v", got)
	}
	near(t, "margin of a half", Margin(0.5, 10_000), 0.0098, 1e-5)
	near(t, "margin of none", Margin(0, 100), 0.0185, 1e-4)
	var none Distribution
	if none.Percentile(0.5) != 0 || none.Chance(1) != 0 || none.Mean() != 0 || none.Deviation() != 0 || none.Histogram(3) != nil || Margin(0, 0) != 1 {
		t.Error("no samples say something")
	}
}
