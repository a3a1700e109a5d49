package calendar

import (
	"slipway/internal/calendar/openness"
	"slipway/internal/calendar/period"
	"slipway/internal/calendar/place"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Openness says whether deployments of a service to an environment are allowed at an instant, with reasons and the next
// opening. Without a service ("") it answers for the environment as such, by the periods that apply to every service. It
// fails with errs.NotFound for what does not exist or the caller may not see, and costs four statements.
func Openness(tx *db.Tx, environment id.Environment, service id.Service, at db.Time) (Result, error) {
	return OpennessFor(tx, "", environment, service, at)
}

// OpennessFor is Openness for a release, whose permits to pass soft freezes count.
func OpennessFor(tx *db.Tx, release id.Release, environment id.Environment, service id.Service, at db.Time) (Result, error) {
	e, err := catalog.EnvironmentByRef(tx, string(environment))
	if err != nil {
		return Result{}, err
	}
	var s catalog.Service
	if service != "" {
		if s, err = catalog.ServiceByRef(tx, string(service)); err != nil {
			return Result{}, err
		}
	}
	b, err := period.Read(tx, at)
	if err != nil {
		return Result{}, err
	}
	passes, err := period.PassesOf(tx, release)
	if err != nil {
		return Result{}, err
	}
	q, err := b.Question(place.At(s, e), at.Std(), passes)
	return openness.Decide(q), err
}
