// Package draw turns plain numbers and times into the pictures of the pages, as SVG: the lanes of a run, the lanes of a
// planned runbook, the inclusion proof and the sparkline. Every drawing is a pure function of its input. It knows nothing
// of HTML pages, of colours (classes carry them) or of the business.
package draw
