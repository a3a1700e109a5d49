// Package portfolio draws the plans of all releases under way beside each other: phases, milestones, windows, and where their forecasts lie.
package portfolio
