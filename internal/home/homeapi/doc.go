// Package homeapi is the operations on the record.
package homeapi
