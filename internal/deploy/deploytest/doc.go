// Package deploytest makes runbooks, releases that run them, and services that carry them out, for tests.
package deploytest
