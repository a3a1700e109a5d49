// Package builtin holds the templates that ship with the product, as files.
package builtin
