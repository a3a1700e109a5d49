package memo_test

import (
	"sync"
	"testing"

	"slipway/internal/gate/memo"
)

func TestMemoStartsAgainWhenFull(t *testing.T) {
	m := memo.New[int, string](3)
	for i := range 3 {
		m.Put(i, "x")
	}
	if _, ok := m.Get(0); !ok {
		t.Error("forgot before it was full")
	}
	m.Put(3, "y")
	if _, ok := m.Get(0); ok {
		t.Error("holds more than its limit")
	}
	if v, ok := m.Get(3); !ok || v != "y" {
		t.Error("lost the newest")
	}
}

func TestMemoIsSafe(t *testing.T) {
	m := memo.New[int, int](10)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 200 {
				m.Put(j%20, i)
				m.Get(j % 7)
			}
		})
	}
	wg.Wait()
}
