package applyweb

import (
	"strconv"
	"strings"

	"slipway/internal/platform/apply"
	"slipway/internal/platform/ui"
)

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// trimmed leaves out of a message what the notice says before it.
func trimmed(msg string) string { return strings.TrimPrefix(msg, "Nothing was applied. ") }

func outcomeTitle(did string) string {
	if did == applied {
		return "What was done"
	}
	return "What would be done"
}

func stateOf(o apply.Outcome) ui.State {
	switch o {
	case apply.Created:
		return ui.Go
	case apply.Changed:
		return ui.GoIf
	}
	return ui.Skip
}

// acting are the documents that do something.
func (v view) acting() []apply.Change {
	var out []apply.Change
	for _, c := range v.done {
		if c.Outcome != apply.Unchanged {
			out = append(out, c)
		}
	}
	return out
}

func where(c apply.Change) string {
	if c.File == "" {
		return "Line " + strconv.Itoa(c.Line)
	}
	return c.File + ", line " + strconv.Itoa(c.Line)
}
