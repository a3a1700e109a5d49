// Package means tells what there is to do work with: the calendars of people, how past work went beside its estimates, how many people
// and places there are for a role, a skill or an environment, and which releases come first there.
//
// Calendars are kept for a day and ratios while the past of a product stays as it is, so that thousands of releases can be looked at.
// The package knows nothing of schedules and forecasts, and changes nothing.
package means
