package apply

import (
	"bytes"

	"go.yaml.in/yaml/v3"

	"slipway/internal/errs"
)

// Text writes exported documents as one YAML stream that Apply takes.
func Text(docs []any) (string, error) {
	if len(docs) == 0 {
		return "", nil // a stream without a document cannot be closed
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	for _, d := range docs {
		if err := e.Encode(d); err != nil {
			return "", errs.Internal("apply.encoding_failed", err)
		}
	}
	if err := e.Close(); err != nil {
		return "", errs.Internal("apply.encoding_failed", err)
	}
	return b.String(), nil
}
