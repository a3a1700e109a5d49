// Package planning draws when the work of a release can be done, on the tab Plan: the forecast with what drives it, the picture with its table, and
// the pages that level the plan, save and compare baselines, and ask what must be true for a wanted date.
package planning
