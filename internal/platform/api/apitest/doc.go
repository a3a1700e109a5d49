// Package apitest runs API tests written as data: a request, the status, a part of the answer, and the ledger entries that
// the change must write. It is for tests only.
package apitest
