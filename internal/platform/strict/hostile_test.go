package strict_test

import (
	"strings"
	"testing"

	"slipway/internal/platform/strict"
)

// hostile inputs just under the size limit, each of a shape that makes some parser quadratic.
func hostile() map[string]string {
	const n = 1<<20 - 64
	fill := func(s string) string { return strings.Repeat(s, n/len(s)) }
	return map[string]string{
		"flow open": fill("["), "mapping open": fill("{"), "commas": "[" + fill("a,") + "a]", "comments": fill("#\n"), "dashes": fill("- "),
		"keys": fill("a:\n"), "documents": fill("---\n"), "questions": fill("? "), "anchors": "[" + fill("&a x,") + "]", "quotes": fill("''"),
		"indent": fill("\n "), "colons": fill(":"), "block": "a: |\n" + fill("\n "), "long line": "a: " + fill("x "), "comment lines": "a:\n" + fill("# x\n") + "- b\n",
		"comments between": fill("- a # x\n"), "directives": fill("%A\n"),
	}
}

// TestHostileShapes holds the parser to linear work: each shape takes well under a second, a quadratic one would run into
// the time limit of the test run.
func TestHostileShapes(t *testing.T) {
	for name, src := range hostile() {
		t.Run(name, func(t *testing.T) {

			known(t, strict.YAML("x.yaml", []byte(src), &thing{}))
			known(t, strict.JSON([]byte(src), &thing{}))
		})
	}
}
