package book

import (
	"math"
	"slices"
	"time"
)

// Timing is how long a step took in earlier runs and rehearsals, whatever version of the runbook they ran.
type Timing struct {
	Runs int           `json:"runs"`
	P50  time.Duration `json:"p50"`
	P90  time.Duration `json:"p90"`
}

// TimingsNeeded is how many earlier runs make a figure; below that the plan is the better guess.
const TimingsNeeded = 3

// timingsKept is how many of the newest runs count.
const timingsKept = 20

func timing(took []time.Duration) Timing {
	slices.Sort(took)
	return Timing{Runs: len(took), P50: percentile(took, 0.5), P90: percentile(took, 0.9)}
}

// percentile interpolates between the closest ranks (Hyndman and Fan 1996, definition 7).
func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	at := p * float64(len(sorted)-1)
	i := int(math.Floor(at))
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + time.Duration((at-float64(i))*float64(sorted[i+1]-sorted[i]))
}
