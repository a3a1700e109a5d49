// Package ledgertest opens ledgers for the tests of other packages, and tells what they have recorded.
package ledgertest
