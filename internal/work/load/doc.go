// Package load is the arithmetic of capacity: it spreads work over the working time of those who do it, sets demand against
// supply week by week, names the first week that does not fit and what causes it, and proposes ways out that were checked.
//
// Everything is an index into flat slices: people, weeks and days of one horizon, whose day 0 is a Monday. What stands for
// a person may as well be a tool or an environment. The package knows no dates, zones, names or rights.
package load
