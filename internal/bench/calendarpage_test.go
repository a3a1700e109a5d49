package bench

import (
	"testing"
	"time"
)

// BenchmarkCalendarPages asks for the pages of the calendar under load, drawn and sent over loopback, not compressed. The aim is 300 ms for
// 95 of a hundred.
func BenchmarkCalendarPages(b *testing.B) {
	w := openCalendar(b)
	for _, p := range []struct{ name, address string }{
		{"month", "/calendar"},
		{"month-of-one-environment", "/calendar?environment=" + environment(3)},
		{"week", "/calendar?view=week"},
		{"quarter", "/calendar?view=quarter"},
		{"services", "/calendar?view=timeline"},
		{"services-13-weeks", "/calendar?view=timeline&weeks=13"},
		{"environments", "/calendar?view=timeline&by=environment"},
		{"environments-13-weeks", "/calendar?view=timeline&by=environment&weeks=13"},
		{"agenda", "/calendar?view=agenda"},
		{"bookings", "/calendar/bookings"},
		{"bookings-of-one", "/calendar/bookables/environment/" + environment(3)},
		{"conflicts", "/calendar/conflicts"},
	} {
		b.Run(p.name, func(b *testing.B) {
			var bytes int
			samples(b, 300*time.Millisecond, func(int) { bytes = w.get(b, w.server.URL+p.address) })
			b.ReportMetric(float64(bytes)/1000, "kB")
		})
	}
}
