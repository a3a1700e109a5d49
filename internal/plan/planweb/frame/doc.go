// Package frame is what stands around every tab of a release, and what its pages build on: header, tabs, the transitions
// with their questions, forms on pages of their own, the viewer's clock and zone.
package frame
