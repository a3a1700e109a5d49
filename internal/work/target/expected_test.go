package target

import (
	"math"
	"testing"

	"slipway/internal/work/forecast"
)

// What a duration is expected to take is the mean of its draws.
func TestExpectedIsTheMean(t *testing.T) {
	for _, d := range []forecast.Duration{forecast.Certain(60), forecast.Estimate(30, 60, 240), {Shape: forecast.LogNormal, M: 60, Sigma: 0.8}} {
		r, err := forecast.Run(forecast.Problem{Tasks: []forecast.Task{{Duration: d}}}, forecast.Options{Samples: 200_000, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := expected(d), r.Finish.Mean(); math.Abs(got-want) > 0.01*want {
			t.Errorf("%+v: %g, its draws have %g", d, got, want)
		}
	}
}
