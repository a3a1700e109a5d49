// Package move moves the date of a release: what another date hits is foreseen, dates that fit are offered, and one save moves the
// window with all that follows it, or nothing.
//
// It knows what the plan itself dates. Windows, bookings, dependants, people, approvals and forecasts belong to areas above and
// beside: each foresees its part and moves it as a Witness, which the application wires.
package move
