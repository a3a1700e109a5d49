package wake_test

import (
	"sync"
	"testing"

	"slipway/internal/platform/ledger/wake"
)

func TestSignal(t *testing.T) {
	var s wake.Signal
	s.Raise() // nobody waits
	var wg sync.WaitGroup
	for range 8 {
		c := s.Wait()
		select {
		case <-c:
			t.Fatal("woken before the signal")
		default:
		}
		wg.Go(func() { <-c })
	}
	s.Raise()
	wg.Wait()
	select {
	case <-s.Wait():
		t.Fatal("an old signal wakes a new waiter")
	default:
	}
}
