// Package deployweb is the pages of the night of a release: the list of runs, the console of a run, the tab Runbook of a
// release, and runbooks with their versions. It also draws what other pages show of runs: the card of a live run and the
// runs of the watch bar.
//
// The console is live by its marks alone (see web.Site.Live); two things have a way of their own: the log of a step, which
// only grows, is a stream with an offset, and what moves with the clock is drawn anew every half minute. The package knows
// neither the frame around a release nor what clears a start: both are given by the application.
package deployweb
