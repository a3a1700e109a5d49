// Package clearanceweb is the pages of may-deploy: the question with its answer, the answers that were recorded, and
// overrides. It decides nothing itself; what it shows is what the pipeline gets, in the viewer's zone.
package clearanceweb
