// Package applyapi is the operations on files: apply and export.
package applyapi
