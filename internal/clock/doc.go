// Package clock is the only place that reads the machine's time.
package clock
