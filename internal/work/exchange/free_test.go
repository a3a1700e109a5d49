package exchange

import (
	"testing"
	"time"
)

// Tasks of one name get keys that differ, without trying every number anew for each.
func TestManyTasksOfOneName(t *testing.T) {
	const many = 5_000
	taken := map[string]bool{"review-3": true}
	n := names{}
	seen := map[string]bool{}
	began := time.Now()
	for i := range many {
		key := n.free("Review", taken)
		if seen[key] || key == "review-3" {
			t.Fatalf("%d: %s twice", i, key)
		}
		seen[key], taken[key] = true, true
	}
	if !seen["review"] || !seen["review-2"] || !seen["review-4"] || seen["review-1"] {
		t.Error("keys are not counted from 2 on")
	}
	if took := time.Since(began); took > time.Second/2 {
		t.Errorf("%d keys took %s", many, took)
	}
}
