// Package admin is what the administration shows of the server itself: the record and its verification, the jobs that failed
// for good, the effective configuration.
package admin
