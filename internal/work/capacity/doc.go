// Package capacity sets what is asked of teams, people, roles, tools and environments against what they can give, week by
// week: the first week over 100 percent, what causes it, and ways out that were checked. It keeps the requests for people, skills
// and tools, and what was allocated.
//
// Demand is the tasks of releases, spread over the days in which they are to be done (fixed dates
// first, then the schedule of their release, then due dates), what is allocated beside them, and
// the bookings of environments. Supply is what resource knows of people. The weeks themselves are computed by work/load.
//
// The package knows nothing of bookings and forecasts: what it needs of them it declares in Options.
package capacity
