package forecast

import (
	"math"
	"sort"
)

// Distribution is what samples came to.
type Distribution struct {
	Samples []float64 // ascending
}

// Percentile returns the least sample that at least the share p of all samples do not exceed, p from 0 to 1; 0 without samples.
func (d Distribution) Percentile(p float64) float64 {
	n := len(d.Samples)
	if n == 0 {
		return 0
	}
	return d.Samples[rank(n, p)]
}

// rank is the nearest rank; the small term undoes rounding such as that of 0.07·100.
func rank(n int, p float64) int {
	return min(max(int(math.Ceil(p*float64(n)-1e-9))-1, 0), n-1)
}

// Chance returns the share of samples that are not after an instant, with a tolerance of one millionth of it for rounding; 0 without samples.
func (d Distribution) Chance(by float64) float64 {
	if len(d.Samples) == 0 {
		return 0
	}
	by += 1e-6 * max(1, math.Abs(by))
	return float64(sort.Search(len(d.Samples), func(i int) bool { return d.Samples[i] > by })) / float64(len(d.Samples))
}

// Margin returns the half-width of the 95 % confidence interval of a chance that was found among n samples (Wilson 1927).
func Margin(chance float64, n int) float64 {
	if n == 0 {
		return 1
	}
	const z = 1.959964
	k := float64(n)
	return z / (1 + z*z/k) * math.Sqrt(chance*(1-chance)/k+z*z/(4*k*k))
}

// Interval returns the 95 % confidence interval of a percentile by order statistics.
func (d Distribution) Interval(p float64) (low, high float64) {
	n := len(d.Samples)
	if n == 0 {
		return 0, 0
	}
	w := 1.959964 * math.Sqrt(p*(1-p)/float64(n))
	return d.Percentile(max(0, p-w)), d.Percentile(min(1, p+w))
}

// Mean is the arithmetic mean; 0 without samples.
func (d Distribution) Mean() float64 {
	sum := 0.0
	for _, v := range d.Samples {
		sum += v
	}
	return sum / float64(max(1, len(d.Samples)))
}

// Deviation is the standard deviation of the samples; 0 for fewer than two.
func (d Distribution) Deviation() float64 {
	if len(d.Samples) < 2 {
		return 0
	}
	mean, sum := d.Mean(), 0.0
	for _, v := range d.Samples {
		sum += (v - mean) * (v - mean)
	}
	return math.Sqrt(sum / float64(len(d.Samples)-1))
}

// Bin is a bar of a histogram: the samples from From to To, the end belonging to the next bar except in the last.
type Bin struct {
	From, To float64
	Count    int
}

// Histogram splits the samples into bars of equal width from the first to the last; one bar if all are equal, none without samples.
func (d Distribution) Histogram(bars int) []Bin {
	n := len(d.Samples)
	if n == 0 || bars < 1 {
		return nil
	}
	low, high := d.Samples[0], d.Samples[n-1]
	if low == high {
		return []Bin{{low, high, n}}
	}
	out := make([]Bin, bars)
	step := (high - low) / float64(bars)
	for i := range out {
		out[i].From, out[i].To = low+float64(i)*step, low+float64(i+1)*step
	}
	out[bars-1].To = high
	for _, v := range d.Samples {
		out[min(int((v-low)/step), bars-1)].Count++
	}
	return out
}
