package calendar_test

import (
	"testing"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// Who edits the calendar of one product learns nothing of another's: neither what a period would cut, nor who has a key.
func TestPeriodsOfOtherProductsStayUnnamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.New(t, d)
		must(t, dropped(w.Catalog.AddService(w.Admin, catalog.ServiceSpec{Key: "ledger-2", Name: "Ledger 2", Product: "payments"})))
		pia := authtest.Person(t, d, "pia", "release-manager@product/"+string(w.Payments.ID))
		of := func(product string) func(*calendar.Spec) {
			return func(s *calendar.Spec) { s.Products = []string{product} }
		}
		calendartest.Window(t, w.Calendar, w.Admin, "Cards secret", "2026-11-20T00:00", "2026-11-22T00:00", of("cards"))
		calendartest.Window(t, w.Calendar, w.Admin, "Everybody", "2026-11-20T00:00", "2026-11-22T00:00")
		in := calendar.Spec{Name: "Peak", Reason: "Because of the test.", Start: "2026-11-20T00:00", End: "2026-11-21T00:00", Zone: "Europe/Copenhagen", Scope: calendar.Scope{Services: []string{"ledger"}}}
		e, err := w.Calendar.Effect(pia, calendar.Freeze, "", in)
		must(t, err)
		if len(e.Windows) != 1 || e.Windows[0].Name != "Everybody" {
			t.Errorf("the effect on windows that one may not see is told: %+v", e.Windows)
		}
		mine := calendar.Spec{Key: "cards-secret", Name: "Mine", Start: in.Start, End: in.End, Zone: in.Zone, Scope: in.Scope}
		_, added := w.Calendar.Add(pia, calendar.Window, mine)
		_, asked := w.Calendar.Effect(pia, calendar.Window, "", mine)
		for what, err := range map[string]error{"adding": added, "asking": asked} {
			if errs.ReasonOf(err) != "key.taken" || errs.As(err).Theirs != nil {
				t.Errorf("%s with a key of another product: %v tells %+v", what, err, errs.As(err).Theirs)
			}
		}
		if _, err := w.Calendar.Add(w.Admin, calendar.Window, mine); errs.As(err).Theirs == nil {
			t.Errorf("who may see the period is not told: %v", err)
		}
	})
}

func dropped[T any](_ T, err error) error { return err }
