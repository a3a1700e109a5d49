package booked_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"slipway/internal/calendar/booked"
	"slipway/internal/platform/db"
)

// The peak is that of asking at every instant.
func TestPeakIsThatOfEveryInstant(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	for range 3_000 {
		var bs []booked.Booking
		for range rnd.IntN(8) {
			from := db.Time(rnd.IntN(20))
			bs = append(bs, booked.Booking{From: from, To: from + 1 + db.Time(rnd.IntN(8)), Units: 1 + rnd.Int64N(3)})
		}
		from := db.Time(rnd.IntN(15))
		to := from + 1 + db.Time(rnd.IntN(10))
		var most int64
		var free db.Time
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
		if units, end := booked.Peak(bs, from, to); units != most || end != free {
			t.Fatalf("%+v from %d to %d: %d units until %d, want %d until %d", bs, from, to, units, end, most, free)
		}
	}
}

// Many bookings of one thing cost a sort, not a comparison of each with each: who asks holds the writer meanwhile.
func TestPeakOfManyBookings(t *testing.T) {
	bs := make([]booked.Booking, 200_000)
	for i := range bs {
		bs[i] = booked.Booking{From: db.Time(i), To: db.Time(len(bs) + i), Units: 1}
	}
	began := time.Now()
	if units, free := booked.Peak(bs, 0, db.Time(2*len(bs))); units != int64(len(bs)) || free != db.Time(len(bs)) {
		t.Errorf("%d until %d", units, free)
	}
	if took := time.Since(began); took > 15*time.Second { // comparing each with each takes minutes
		t.Errorf("it takes %s", took)
	}
}
