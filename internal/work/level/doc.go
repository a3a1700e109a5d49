// Package level gives tasks that share resources the times at which they can all run, so that the last one ends as early as
// can be found: the resource-constrained project scheduling problem, with minimal time lags between starts, earliest starts and
// capacities that change over time. Schedules come from the serial and the parallel generation scheme with forward-backward
// improvement, and a population search over them (Kolisch and Hartmann 2006 compare such methods); lower bounds come from destructive
// improvement (Klein and Scholl 1999) with time-tabling, pairs, energetic reasoning and shaving, and for small problems from a search
// that ends with a proof. It can be stopped at any time and then holds a schedule and a proven bound.
//
// It knows indexes and whole units of time. It does not know names, working time, dates, skills or costs, maximal lags, tasks
// that may be interrupted, or other ways to do a task; package schedule turns calendars and relations into what is asked here.
package level
