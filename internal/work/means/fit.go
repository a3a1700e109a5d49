package means

import (
	"math"
	"slices"

	"slipway/internal/work/forecast"
)

// RatiosMin is the number of usable ratios that Fit asks for: below it the spread is not known to a quarter of itself.
const RatiosMin = 12

// Ratio is how actual times relate to estimates: a log-normal distribution.
type Ratio struct {
	Mu, Sigma float64 // of the logarithm of actual time by estimate
	Count     int     // ratios it rests on
}

// Fit fits a log-normal distribution to past ratios of actual time to estimate. Ratios that are not finite or not positive (a task closed
// without work, an estimate of 0) are left out, and one further than three robust deviations from the median counts as if it stood there
// (Winsor), the deviation being 1.4826 times the median absolute one. It returns false with fewer than RatiosMin usable ratios.
func Fit(ratios []float64) (Ratio, bool) {
	var logs []float64
	for _, r := range ratios {
		if r > 0 && !math.IsInf(r, 1) {
			logs = append(logs, math.Log(r))
		}
	}
	n := len(logs)
	if n < RatiosMin {
		return Ratio{}, false
	}
	slices.Sort(logs)
	mid := median(logs)
	off := make([]float64, n)
	for i, v := range logs {
		off[i] = math.Abs(v - mid)
	}
	slices.Sort(off)
	reach := 3 * 1.4826 * median(off)
	if reach == 0 { // most ratios are equal: what most of the others keep within bounds the rest
		reach = 3 * off[n*9/10]
	}
	mean := 0.0
	for i, v := range logs {
		logs[i] = min(max(v, mid-reach), mid+reach)
		mean += logs[i] / float64(n)
	}
	square := 0.0
	for _, v := range logs {
		square += (v - mean) * (v - mean)
	}
	return Ratio{Mu: mean, Sigma: min(math.Sqrt(square/float64(n-1)), forecast.SigmaMax), Count: n}, true
}

func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// Of returns the duration of a task with this estimate.
func (r Ratio) Of(estimate float64) forecast.Duration {
	return forecast.Duration{Shape: forecast.LogNormal, M: estimate * math.Exp(r.Mu), Sigma: r.Sigma}
}
