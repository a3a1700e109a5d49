// Package decidetest builds worlds in which releases are approved and decided, for tests of this area and of those above it.
package decidetest
