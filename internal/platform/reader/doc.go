// Package reader says for whom a page is drawn, and when, and writes instants for them: in their zone, and as people say them.
//
// It knows nothing of what a page shows.
package reader
