// Package share lets callers who come at the same time be served by one call, such as one read of the database. It does
// not know what they ask.
package share
