// Package applyweb is the page of everything as code: documents are pasted or uploaded, tried, and applied, and those of a
// kind are downloaded. What a kind means is its area's.
package applyweb
