// Package outlook tells when the work of a release can be done: its schedule in real time, from the estimates, links and dates of its tasks
// and the working time of their owners; the same under limited people and environments; the forecast, with what drives it; baselines, and planned
// against actual; and what must be true for a wanted date.
//
// Everything is worked out anew when it is asked for, except forecasts, which are kept with a digest of what they rest on and made again
// after a change, and baselines.
//
// The package knows nothing of bookings, approvals and costs, and changes no task.
package outlook
