// Package gatetest builds releases with criteria, evidence and the answers of other areas for tests.
package gatetest
