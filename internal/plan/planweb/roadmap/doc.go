// Package roadmap is the pages of dates to come: the roadmap over quarters with its table, what is said about a date, and trains.
package roadmap
