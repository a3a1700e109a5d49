package runbookfile

import (
	_ "embed"
	"slices"
)

//go:embed schema.json
var schema []byte

//go:embed example.yaml
var example []byte

// Schema returns the JSON Schema (draft 2020-12) of a runbook document. It knows the shape of the format: fields, types,
// ranges and which block belongs to which kind. It cannot know what Parse knows beside: that names refer to something, that
// keys are unique, that needs form no cycle.
func Schema() []byte { return slices.Clone(schema) }

// Example returns the full example of the documentation.
func Example() []byte { return slices.Clone(example) }
