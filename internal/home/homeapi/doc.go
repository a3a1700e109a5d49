// Package homeapi is the operations of what sees everything: what waits for the caller, the jobs that failed for good, and
// the record.
package homeapi
