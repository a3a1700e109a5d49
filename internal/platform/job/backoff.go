package job

import (
	"math/rand/v2"
	"time"
)

const (
	firstPause = time.Second
	longPause  = time.Hour
)

// Backoff returns the pause before the attempt that follows the given one: 1 s doubled with each attempt up to one hour,
// with a jitter of a fifth to either side so that jobs that failed together do not return together.
func Backoff(attempt int) time.Duration {
	d := longPause
	if attempt = max(attempt, 1); attempt < 13 {
		d = min(firstPause<<(attempt-1), longPause)
	}
	return d*4/5 + rand.N(d*2/5+1)
}
