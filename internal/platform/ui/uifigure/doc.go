// Package uifigure holds the components that show numbers and time: tiles, chart frames, the heat map, capacity cells,
// timings, risk factors, progress bars and timelines. Drawings with a geometry of their own are in package draw. It knows
// nothing of the business.
package uifigure
