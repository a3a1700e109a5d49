// Package risktest builds risks for tests.
package risktest
