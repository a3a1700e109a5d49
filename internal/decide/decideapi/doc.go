// Package decideapi offers approvals, delegation, the go/no-go and decisions as operations.
package decideapi
