// Package strict reads YAML and JSON that people and machines hand in, and explains every fault at once: file, line,
// dotted path, stable reason, and the nearest known name for a misspelt field. What a format allows but Slipway does not
// need is refused: anchors, aliases, merge keys, tags, duplicate keys, NUL, deep nesting.
//
// It knows nothing of what the input means: a caller validates the decoded value and places its own faults on lines with
// Document.Field. It never panics on input.
package strict
