// Package workapi is the operations on tasks.
package workapi
