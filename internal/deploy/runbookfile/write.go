package runbookfile

import (
	"bytes"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
)

// Marshal writes a runbook as a document that Parse reads back to the same content. It fails with errs.Internal if the
// runbook holds what YAML cannot carry; a runbook that Validate passes does not.
func Marshal(r runbook.Runbook) ([]byte, error) {
	var n yaml.Node
	err := n.Encode(struct {
		Kind            string `yaml:"kind"`
		runbook.Runbook `yaml:",inline"`
	}{Kind, r})
	if err != nil {
		return nil, errs.Internal("runbook.unwritable", err)
	}
	tidy(&n)
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(&n); err != nil {
		return nil, errs.Internal("runbook.unwritable", err)
	}
	if err := enc.Close(); err != nil {
		return nil, errs.Internal("runbook.unwritable", err)
	}
	return b.Bytes(), nil
}

// tidy writes durations as people do (10m, not 10m0s) and short lists of words on one line.
func tidy(n *yaml.Node) {
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 {
			switch n.Content[i-1].Value {
			case "planned", "timeout", "retry_wait", "wait", "every", "until":
				if d, err := time.ParseDuration(c.Value); err == nil && c.Kind == yaml.ScalarNode {
					c.Value = short(d)
				}
			case "needs", "argv", "expect", "to":
				if c.Kind == yaml.SequenceNode && len(c.Content) <= 8 {
					c.Style = yaml.FlowStyle
				}
			}
		}
		tidy(c)
	}
}

func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}
