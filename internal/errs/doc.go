// Package errs holds the one error type of Slipway: a code that decides the status, a stable dotted reason for
// machines, a sentence for people, and the faulty fields with their places. It knows nothing of how an error is shown.
package errs
