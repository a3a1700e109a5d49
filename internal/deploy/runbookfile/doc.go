// Package runbookfile reads and writes the YAML form of a runbook, explains its faults with lines, and holds the JSON Schema
// of the format for editors. What a runbook means and whether it is sound is the business of package runbook; where a file
// comes from, and what becomes of it, is the caller's. The format is documented in docs/runbook-format.md.
package runbookfile
