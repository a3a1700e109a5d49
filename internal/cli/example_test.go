package cli

import (
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// Every example that help shows is a command that the grammar takes.
func TestExamplesAreCommands(t *testing.T) {
	parser, err := kong.New(&root{}, kong.Name("slipway"))
	if err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile(`"[^"]*"|\S+`)
	seen := 0
	err = kong.Visit(parser.Model, func(n kong.Visitable, next kong.Next) error {
		if c, ok := n.(*kong.Node); ok && strings.HasPrefix(c.Detail, "Example: slipway ") {
			seen++
			var args []string
			for _, w := range word.FindAllString(strings.TrimPrefix(c.Detail, "Example: slipway "), -1) {
				args = append(args, strings.Trim(w, `"`))
			}
			got, err := parser.Parse(args)
			if err != nil {
				t.Errorf("%s: %v", c.Detail, err)
			} else if got.Selected() != c {
				t.Errorf("%s is shown with %s", c.Detail, c.FullPath())
			}
		}
		return next(nil)
	})
	if err != nil || seen < 14 {
		t.Errorf("%d examples: %v", seen, err)
	}
}
