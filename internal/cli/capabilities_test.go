package cli

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"slipway/internal/app"
	"slipway/internal/platform/config"
)

// TestCapabilities holds docs/capabilities.md against the routes and the grammar: every page, operation and command that
// the table names exists, every operation and command is named in it, and what has a "–" has a line that says why.
func TestCapabilities(t *testing.T) {
	text, err := os.ReadFile("../../docs/capabilities.md")
	if err != nil {
		t.Fatal(err)
	}
	pages, operations := routesOf(t)
	commands := commandsOf(t)
	named := map[string]bool{}
	code := regexp.MustCompile("`([^`]+)`")
	gaps := map[string]bool{}
	rows := 0
	table, notes, ok := strings.Cut(string(text), "\n## What is missing\n")
	if !ok {
		t.Fatal(`there is no section "What is missing"`)
	}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if !strings.HasPrefix(line, "|") || len(cells) != 4 || strings.HasPrefix(cells[0], "---") || strings.Contains(cells[0], "capability") {
			continue
		}
		rows++
		for i, known := range []map[string]bool{1: pages, 2: operations, 3: commands} {
			if i == 0 {
				continue
			}
			spans := code.FindAllStringSubmatch(cells[i], -1)
			if len(spans) == 0 {
				if strings.TrimSpace(cells[i]) != "–" {
					t.Errorf("%s: a cell without a name is –, not %q", cells[0], cells[i])
				}
				gaps[strings.TrimSpace(cells[0])] = true
			}
			for _, s := range spans {
				name := anyParameter(s[1])
				if !known[name] {
					t.Errorf("%s: there is no %s", strings.TrimSpace(cells[0]), s[1])
				}
				named[name] = true
			}
		}
	}
	if rows < 40 {
		t.Errorf("%d capabilities are too few to be all", rows)
	}
	for _, known := range []map[string]bool{operations, commands} {
		for name := range known {
			if !named[name] {
				t.Errorf("no row names %s", name)
			}
		}
	}
	for gap := range gaps {
		if !strings.Contains(notes, "**"+gap+"**") {
			t.Errorf("nothing says what is missing of %q", gap)
		}
	}
}

var parameter = regexp.MustCompile(`\{[^}$]*\}`)

// anyParameter leaves the names of a pattern's parameters out, since areas name them as they like.
func anyParameter(pattern string) string { return parameter.ReplaceAllString(pattern, "{}") }

func routesOf(t *testing.T) (pages, operations map[string]bool) {
	t.Helper()
	c, err := config.Load(config.Settings{}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	c.Data = t.TempDir()
	a, err := app.Open(t.Context(), app.Options{Config: c, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	pages, operations = map[string]bool{}, map[string]bool{}
	for _, r := range a.Routes() {
		method, path, _ := strings.Cut(r.Pattern, " ")
		if in, ok := strings.CutPrefix(path, "/api/v1"); ok {
			operations[anyParameter(method+" "+in)] = true
			continue
		}
		pages[anyParameter(r.Pattern)] = true
	}
	return pages, operations
}

// commandsOf are the paths of all commands, without the program's name: "release create".
func commandsOf(t *testing.T) map[string]bool {
	t.Helper()
	var r root
	p, err := kong.New(&r, append([]kong.Option{kong.Name("slipway"), kong.Exit(func(int) {})}, Serving().commands()...)...)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, leaf := range p.Model.Leaves(true) {
		var words []string
		for n := leaf; n != nil && n.Type == kong.CommandNode; n = n.Parent {
			words = append([]string{n.Name}, words...)
		}
		out[strings.Join(words, " ")] = true
	}
	return out
}
