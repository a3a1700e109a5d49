// Package column holds how auth's tables write values: lists, optional references, text that is searched, placeholders.
package column
