// Package apiweb draws the readable page of the API from the operations that are registered, without scripts from
// elsewhere. It knows nothing of what an operation does beyond its description.
package apiweb
