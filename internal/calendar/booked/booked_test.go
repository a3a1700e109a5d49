package booked

import (
	"math/rand/v2"
	"testing"

	"slipway/internal/platform/db"
)

// Peak is what counting at every instant gives.
func TestPeak(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 9))
	for range 2_000 {
		var bs []Booking
		for range rnd.IntN(6) {
			from := db.Time(rnd.IntN(20))
			bs = append(bs, Booking{From: from, To: from + 1 + db.Time(rnd.IntN(8)), Units: int64(1 + rnd.IntN(3))})
		}
		from := db.Time(rnd.IntN(20))
		to := from + 1 + db.Time(rnd.IntN(8))
		most, free := int64(0), db.Time(0)
		for at := from; at < to; at++ {
			n := int64(0)
			for _, b := range bs {
				if b.From <= at && at < b.To {
					n += b.Units
					if free == 0 || b.To < free {
						free = b.To
					}
				}
			}
			most = max(most, n)
		}
		if units, end := Peak(bs, from, to); units != most || end != free {
			t.Fatalf("%v from %d to %d: %d until %d, want %d until %d", bs, from, to, units, end, most, free)
		}
	}
}

func TestFor(t *testing.T) {
	for _, c := range []struct {
		b    Booking
		want string
	}{{Booking{ReleaseName: "Payments 8", Purpose: "x"}, "Payments 8"}, {Booking{Purpose: "Load"}, "“Load”"}, {Booking{Key: "k"}, "k"}} {
		if got := c.b.For(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
