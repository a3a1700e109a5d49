// Package runlog keeps the logs of runs: pieces of text in one order per run, with offsets that readers go on from. It does not
// know who writes or reads them.
package runlog
