// Package intake is the pages of requests for releases: the list, a request with its answer, and the form that files one.
package intake
