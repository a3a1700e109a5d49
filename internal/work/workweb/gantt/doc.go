// Package gantt draws plans over time as SVG: tasks, phases and milestones in rows, with what links them; the histogram of a forecast; and which
// stretch of time and which rows a picture shows.
//
// A plan may have thousands of rows: a picture draws those that are asked for, so its cost and its size depend on what is visible. Everything
// here is a pure function of its input. The package knows no task, no release, no address and no request.
package gantt
