package calendartest

import (
	"context"
	"testing"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
)

// World is plantest's bank with a calendar.
type World struct {
	plantest.World
	Calendar *calendar.Calendar
}

// New makes a world on a migrated database; a test of a higher area calls authtest.Service with its permissions first.
func New(t testing.TB, d *db.DB) World {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, calendar.Permissions)
	return World{plantest.New(t, d), calendar.New(d)}
}

// Freeze publishes a hard freeze on the whole organisation between two wall times in Copenhagen, as the person of ctx.
func Freeze(t testing.TB, c *calendar.Calendar, ctx context.Context, name, from, to string, change ...func(*calendar.Spec)) calendar.Period {
	t.Helper()
	return add(t, c, ctx, calendar.Freeze, name, from, to, change)
}

// Window publishes a window on the whole organisation.
func Window(t testing.TB, c *calendar.Calendar, ctx context.Context, name, from, to string, change ...func(*calendar.Spec)) calendar.Period {
	t.Helper()
	return add(t, c, ctx, calendar.Window, name, from, to, change)
}

func add(t testing.TB, c *calendar.Calendar, ctx context.Context, k calendar.Kind, name, from, to string, change []func(*calendar.Spec)) calendar.Period {
	t.Helper()
	s := calendar.Spec{Name: name, Reason: "Because of the test.", Start: from, End: to, Zone: "Europe/Copenhagen"}
	for _, f := range change {
		f(&s)
	}
	p, err := c.Add(ctx, k, s)
	if err != nil {
		t.Fatalf("add %s %s: %v", k, name, err)
	}
	return p.Period
}

// Soft makes a freeze soft.
func Soft(s *calendar.Spec) { s.Hardness = "soft" }

// Weekly makes a period recur on days such as "TU,TH".
func Weekly(days string) func(*calendar.Spec) {
	return func(s *calendar.Spec) { s.RRule = "FREQ=WEEKLY;BYDAY=" + days }
}

// In narrows a period to an environment.
func In(environment string) func(*calendar.Spec) {
	return func(s *calendar.Spec) { s.Environments = append(s.Environments, environment) }
}

// For narrows a period to a service.
func For(service string) func(*calendar.Spec) {
	return func(s *calendar.Spec) { s.Services = append(s.Services, service) }
}
