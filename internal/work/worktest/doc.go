// Package worktest makes tasks of releases for tests, with the real services.
package worktest
