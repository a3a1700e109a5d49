package forecast

import (
	"math"
	"testing"
)

// betaBelow is the regularised incomplete beta function by its continued fraction (Lentz), independent of what it tests.
func betaBelow(a, b, x float64) float64 {
	if x <= 0 || x >= 1 {
		return max(0, min(1, x))
	}
	if x > (a+1)/(a+b+2) {
		return 1 - betaBelow(b, a, 1-x)
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(lab-la-lb+a*math.Log(x)+b*math.Log1p(-x)) / a
	f, c, d := 1.0, 1.0, 0.0
	for i := range 400 {
		m := float64(i / 2)
		n := 1.0
		switch {
		case i > 0 && i%2 == 0:
			n = m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		case i > 0:
			n = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		}
		d = 1 / (1 + n*d)
		c = 1 + n/c
		f *= c * d
		if i > 2 && math.Abs(c*d-1) < 1e-15 {
			break
		}
	}
	return front * (f - 1)
}

// exact is the inverse of betaBelow by halving.
func exact(a, b, u float64) float64 {
	if u > 0.5 {
		return 1 - exact(b, a, 1-u)
	}
	low, high := 0.0, 1.0
	for range 60 {
		if mid := (low + high) / 2; betaBelow(a, b, mid) < u {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

func TestBetaBelowIsRight(t *testing.T) { // closed forms of whole shapes
	for _, x := range []float64{0.01, 0.2, 0.5, 0.77, 0.99} {
		if got, want := betaBelow(1, 5, x), 1-math.Pow(1-x, 5); math.Abs(got-want) > 1e-12 {
			t.Errorf("I(1, 5) at %g: %g, want %g", x, got, want)
		}
		if got, want := betaBelow(3, 3, x), x*x*x*(10-15*x+6*x*x); math.Abs(got-want) > 1e-12 {
			t.Errorf("I(3, 3) at %g: %g, want %g", x, got, want)
		}
	}
}

const unitTicks = 1 << 29

func TestPERTKnotsAreExact(t *testing.T) {
	worst := 0.0
	for _, mode := range []float64{0, 0.003, 0.01, 0.11, 0.25, 0.333, 0.5, 0.681, 0.9, 0.995, 1} {
		var q [knots]int32
		pert(&q, mode, 0, unitTicks)
		for i, u := range levels {
			got, want := float64(q[i])/unitTicks, exact(1+4*mode, 5-4*mode, u)
			worst = max(worst, math.Abs(got-want))
			if math.Abs(got-want) > 1e-6 {
				t.Fatalf("mode %g: the quantile of %g is %.7f, want %.7f", mode, u, got, want)
			}
		}
	}
	t.Logf("worst error at a knot: %.1e of the range", worst)
}

func TestOutcomeErrorAsStated(t *testing.T) {
	var inner, outer, mean, share float64
	for _, mode := range []float64{0, 0.01, 0.1, 0.25, 0.5, 0.62, 0.8, 0.97, 1} {
		var q [knots]int32
		pert(&q, mode, 0, unitTicks)
		a, b := 1+4*mode, 5-4*mode
		try := func(u float64) {
			r := uint32(u * (1 << 32))
			x := float64(outcome(&q, r)) / unitTicks
			e := math.Abs(x - exact(a, b, float64(r)/(1<<32)))
			share = max(share, math.Abs(betaBelow(a, b, x)-float64(r)/(1<<32)))
			if u > 1.0/cells && u < 1-1.0/cells {
				inner = max(inner, e)
			} else {
				outer = max(outer, e)
			}
		}
		for i := 1; i < 1<<12; i++ {
			try((float64(i) + 0.37) / (1 << 12))
		}
		for i := 1; i < 400; i++ {
			try(float64(i) / 400 / cells)
			try(1 - float64(i)/400/cells)
			try(float64(i) / 400 / (cells * fine))
			try(1 - float64(i)/400/(cells*fine))
		}
		mean = max(mean, math.Abs(tableMean(&q)/unitTicks-(1+4*mode)/6))
	}
	t.Logf("worst error: %.2e within 1/256 and 255/256, %.2e outside, %.1e of the mean, %.1e in probability", inner, outer, mean, share)
	if inner > 0.0035 || outer > 0.08 || mean > 3e-5 || share > 3e-4 {
		t.Errorf("the errors are greater than the comment says")
	}
}

// tableMean is the exact mean of what a table draws.
func tableMean(q *[knots]int32) float64 {
	sum := 0.0
	for i := 1; i < cells-1; i++ {
		sum += (float64(q[i]) + float64(q[i+1])) / 2 / cells
	}
	for i := range fine {
		sum += (float64(q[lowEnd+i]) + float64(q[lowEnd+i+1]) + float64(q[highEnd+i]) + float64(q[highEnd+i+1])) / 2 / (cells * fine)
	}
	return sum
}

func TestTableMeans(t *testing.T) {
	for _, c := range []struct {
		name      string
		d         Duration
		mean, tol float64 // tol as a share of the mean
	}{
		{"triangular", Duration{Shape: Triangular, O: 1, M: 2, P: 6}, 3, 1e-5},
		{"triangular at its end", Duration{Shape: Triangular, O: 1, M: 1, P: 4}, 2, 3e-5},
		{"log-normal", Duration{Shape: LogNormal, M: 3, Sigma: 0.5}, 3 * math.Exp(0.125), 2e-4},
		{"wide log-normal", Duration{Shape: LogNormal, M: 3, Sigma: 1}, 3 * math.Exp(0.5), 1e-3},
	} {
		m, err := Compile(Problem{Tasks: []Task{{Duration: c.d}}})
		if err != nil {
			t.Fatal(err)
		}
		if got := tableMean(&m.tables[0]) * m.tick; math.Abs(got-c.mean) > c.tol*c.mean {
			t.Errorf("%s: mean %g, want %g (off by %.1e)", c.name, got, c.mean, math.Abs(got/c.mean-1))
		}
	}
}

func TestQuantilesRise(t *testing.T) {
	for _, d := range []Duration{
		Estimate(0, 0, 1), Estimate(0, 1, 1), Estimate(3, 4, 9), {Shape: Triangular, O: 0, M: 1, P: 1},
		{Shape: LogNormal, M: 2, Sigma: 0.01}, {Shape: LogNormal, M: 2, Sigma: 3},
	} {
		m, err := Compile(Problem{Tasks: []Task{{Duration: d}}})
		if err != nil {
			t.Fatal(err)
		}
		before := int32(-1)
		for r := uint64(0); r < 1<<32; r += 1 << 13 {
			v := outcome(&m.tables[0], uint32(r))
			if v < before {
				t.Fatalf("%+v: the draw %d gives %d, a smaller one gave %d", d, r, v, before)
			}
			before = v
		}
	}
}

func TestDrawIsOutcome(t *testing.T) { // the fast path and the plain one agree
	m, err := Compile(Problem{Tasks: []Task{{Duration: Estimate(1, 2, 9)}}})
	if err != nil {
		t.Fatal(err)
	}
	key := stream(9, 0)
	var dst row
	for first := 0; first < 64*200; first += width {
		draw(&dst, &m.tables[0], key, first)
		for j, v := range dst {
			if want := outcome(&m.tables[0], luck(key, first+j)); v != want {
				t.Fatalf("sample %d: %d, want %d", first+j, v, want)
			}
		}
	}
}

func TestLuckIsEven(t *testing.T) {
	const n, tasks = 1 << 16, 8
	for _, seed := range []uint64{0, 1, 77} {
		var u [tasks][n]float64
		for i := range u {
			key := stream(seed, int32(i))
			var count [256]int
			for s := range u[i] {
				r := luck(key, s)
				count[r>>24]++
				u[i][s] = float64(r)/(1<<32) - 0.5
			}
			chi := 0.0
			for _, c := range count {
				chi += (float64(c) - n/256) * (float64(c) - n/256) / (n / 256)
			}
			if chi > 345 { // of 255 degrees of freedom, exceeded once in ten thousand
				t.Errorf("seed %d, task %d: chi square %.0f", seed, i, chi)
			}
		}
		product := func(a, b []float64) float64 {
			sum := 0.0
			for i := range b {
				sum += a[i] * b[i]
			}
			return sum * 12 / math.Sqrt(float64(len(b)))
		}
		for i := range u {
			for j := range i {
				if z := product(u[i][:], u[j][:]); math.Abs(z) > 4.5 {
					t.Errorf("seed %d: tasks %d and %d are correlated, z = %.1f", seed, i, j, z)
				}
			}
			for lag := 1; lag < 5; lag++ {
				if z := product(u[i][lag:], u[i][:n-lag]); math.Abs(z) > 4.5 {
					t.Errorf("seed %d: task %d is correlated with itself at lag %d, z = %.1f", seed, i, lag, z)
				}
			}
		}
	}
}
