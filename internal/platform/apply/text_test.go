package apply_test

import (
	"testing"

	"slipway/internal/platform/apply"
)

func TestTextOfNothingIsNothing(t *testing.T) {
	got, err := apply.Text(nil)
	if err != nil || got != "" {
		t.Errorf("got %q, %v", got, err)
	}
}
