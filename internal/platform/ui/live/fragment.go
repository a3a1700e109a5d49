package live

import (
	"context"
	"regexp"
	"strings"

	"github.com/a-h/templ"
)

// Fragment is an element of a page as it is now. The page morphs the element of that id into it and keeps focus, typed
// text and what carries hx-morph-skip.
type Fragment struct {
	ID   string
	Body templ.Component // the whole element, with the same id; nil removes it
	Swap string          // another way than "outerMorph": "beforeend" for a line of a log, "afterbegin" …
}

var plainID = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// target is the selector of an id, whatever characters it has.
func target(id string) string {
	if plainID.MatchString(id) {
		return "#" + id
	}
	return `[id="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(id) + `"]`
}

// write writes the fragment as data lines of an event.
func (f Fragment) write(ctx context.Context, b *strings.Builder) error {
	swap := f.Swap
	switch {
	case f.Body == nil:
		swap = "delete"
	case swap == "":
		swap = "outerMorph"
	}
	var html strings.Builder
	html.WriteString(`<hx-partial hx-target="` + templ.EscapeString(target(f.ID)) + `" hx-swap="` + templ.EscapeString(swap) + `">`)
	if f.Body != nil {
		if err := f.Body.Render(ctx, &html); err != nil {
			return err
		}
	}
	html.WriteString("</hx-partial>")
	for line := range strings.SplitSeq(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(html.String()), "\n") {
		b.WriteString("data: " + line + "\n")
	}
	return nil
}
