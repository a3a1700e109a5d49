// Package api is the JSON door of Slipway: typed operations that give router, validation, OpenAPI 3.1 and documentation
// from one registration, problem details, keyset paging and idempotency keys.
//
// It uses huma for schemas, the OpenAPI document and the validation of values; requests are read here, since huma keeps
// its error hook in a process-wide variable, reads bodies twice, and loses the places of faults.
//
// It knows nothing of any area, of roles, or of pages. Who calls and what they may do comes through httpx.Guard.
package api
