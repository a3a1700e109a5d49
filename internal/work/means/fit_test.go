package means

import (
	"math"
	"math/rand/v2"
	"testing"

	"slipway/internal/work/forecast"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestFitFindsWhatWasDrawn(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	ratios := make([]float64, 4000)
	for i := range ratios {
		ratios[i] = math.Exp(0.3 + 0.5*r.NormFloat64())
	}
	f, ok := Fit(ratios)
	if !ok || f.Count != 4000 {
		t.Fatal(f, ok)
	}
	near(t, "mu", f.Mu, 0.3, 0.03)
	near(t, "sigma", f.Sigma, 0.5, 0.02)
	d := f.Of(10)
	drawn, err := forecast.Run(forecast.Problem{Tasks: []forecast.Task{{Duration: d}}}, forecast.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "median", drawn.Finish.Percentile(0.5), 13.5, 0.6)
}

func TestFitIsRobust(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var ratios []float64
	for range 40 {
		ratios = append(ratios, math.Exp(0.1+0.3*r.NormFloat64()))
	}
	clean, _ := Fit(ratios)
	dirty, ok := Fit(append(ratios, 0, 0, -1, math.NaN(), math.Inf(1), 5000, 1e-9))
	if !ok || dirty.Count != 42 {
		t.Fatal(dirty, ok)
	}
	near(t, "mu", dirty.Mu, clean.Mu, 0.05)
	near(t, "sigma", dirty.Sigma, clean.Sigma, 0.2)
}

func TestFitAsksForEnough(t *testing.T) {
	ratios := make([]float64, RatiosMin)
	for i := range ratios {
		ratios[i] = 1
	}
	if _, ok := Fit(ratios[1:]); ok {
		t.Error("too few are enough")
	}
	if f, ok := Fit(ratios); !ok || f.Sigma != 0 || f.Of(4).M != 4 {
		t.Errorf("equal ratios: %+v %v", f, ok)
	}
	ratios[0] = 0
	if _, ok := Fit(ratios); ok {
		t.Error("a zero counts")
	}
	spread := []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1.5, 2, 1e9}
	if f, _ := Fit(spread); f.Sigma > 2 || f.Sigma == 0 {
		t.Errorf("mostly equal ratios: %+v", f)
	}
	if _, ok := Fit(nil); ok {
		t.Error("nothing is enough")
	}
}

func FuzzFit(f *testing.F) {
	f.Add(1.0, 2.0, 0.0)
	f.Add(math.MaxFloat64, math.SmallestNonzeroFloat64, math.NaN())
	f.Fuzz(func(t *testing.T, a, b, c float64) {
		r, ok := Fit([]float64{a, b, c, a, b, c, a, b, c, a, a * b, b * c, c * a, a + b})
		if ok && (math.IsNaN(r.Mu) || !(r.Sigma >= 0 && r.Sigma <= forecast.SigmaMax)) {
			t.Fatalf("%v %v %v: %+v", a, b, c, r)
		}
	})
}
