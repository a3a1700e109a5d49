package uitest

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"slipway/internal/platform/ui/asset"
)

// Tree is rendered HTML, or a part of it, to be asked questions by CSS selector (see selector for what is understood).
type Tree struct {
	t    testing.TB
	node *html.Node
}

// Component is what can be rendered: a templ component.
type Component interface {
	Render(ctx context.Context, w io.Writer) error
}

// DOM parses HTML and checks at once what no page may get wrong: ids are unique, icons are in the sprite, references by id
// lead somewhere (within whole pages), and there is no inline script and no inline handler.
func DOM(t testing.TB, source string) Tree {
	t.Helper()
	node, err := html.Parse(strings.NewReader(source))
	if err != nil {
		t.Fatalf("the HTML does not parse: %v", err)
	}
	tree := Tree{t, node}
	tree.check(strings.Contains(source, "<html"))
	return tree
}

// Render renders a component and parses it as DOM does.
func Render(t testing.TB, c Component) Tree {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatalf("render: %v", err)
	}
	return DOM(t, b.String())
}

func (d Tree) check(whole bool) {
	d.t.Helper()
	icons := asset.Icons()
	ids := map[string]bool{}
	d.each(func(n *html.Node) {
		if id := attrOf(n, "id"); id != "" {
			if ids[id] {
				d.t.Errorf("the id %q is there twice", id)
			}
			ids[id] = true
		}
		if n.Data == "script" && !hasAttr(n, "src") {
			d.t.Error("an inline script: the content security policy stops it")
		}
		if n.Data == "style" {
			d.t.Error("an inline style sheet: the content security policy stops it")
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") {
				d.t.Errorf("an inline handler %s: the content security policy stops it", a.Key)
			}
		}
		if n.Data == "use" {
			if _, symbol, has := strings.Cut(attrOf(n, "href"), "#"); has && !slices.Contains(icons, symbol) {
				d.t.Errorf("the sprite has no symbol %q", symbol)
			}
		}
	})
	if !whole {
		return
	}
	d.each(func(n *html.Node) {
		for _, key := range []string{"for", "aria-labelledby", "aria-describedby", "aria-controls", "data-dialog", "data-enables"} {
			for _, id := range strings.Fields(attrOf(n, key)) {
				if !ids[id] {
					d.t.Errorf("%s=%q leads nowhere", key, id)
				}
			}
		}
	})
}

func (d Tree) each(f func(*html.Node)) {
	for n := range d.node.Descendants() {
		if n.Type == html.ElementNode {
			f(n)
		}
	}
}

// All returns the elements that match, in document order.
func (d Tree) All(sel string) []Tree {
	d.t.Helper()
	s, err := parseSelector(sel)
	if err != nil {
		d.t.Fatal(err)
	}
	var out []Tree
	d.each(func(n *html.Node) {
		if s.match(n) {
			out = append(out, Tree{d.t, n})
		}
	})
	return out
}

// One returns the one element that matches; none or several stop the test.
func (d Tree) One(sel string) Tree {
	d.t.Helper()
	all := d.All(sel)
	if len(all) != 1 {
		d.t.Fatalf("%d elements match %s, wanted one, in:\n%s", len(all), sel, d.HTML())
	}
	return all[0]
}

// Count returns how many elements match.
func (d Tree) Count(sel string) int { d.t.Helper(); return len(d.All(sel)) }

// Has fails the test unless something matches.
func (d Tree) Has(sel string) {
	d.t.Helper()
	if d.Count(sel) == 0 {
		d.t.Errorf("nothing matches %s in:\n%s", sel, d.HTML())
	}
}

// None fails the test if anything matches.
func (d Tree) None(sel string) {
	d.t.Helper()
	if n := d.Count(sel); n > 0 {
		d.t.Errorf("%d elements match %s, wanted none", n, sel)
	}
}

// Text returns the text of the element with its space folded.
func (d Tree) Text() string {
	var b strings.Builder
	for n := range d.node.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Texts returns the texts of all that match.
func (d Tree) Texts(sel string) []string {
	d.t.Helper()
	var out []string
	for _, e := range d.All(sel) {
		out = append(out, e.Text())
	}
	return out
}

// Says fails the test unless the text of the one element that matches contains want.
func (d Tree) Says(sel, want string) {
	d.t.Helper()
	if got := d.One(sel).Text(); !strings.Contains(got, want) {
		d.t.Errorf("%s says %q, wanted %q", sel, got, want)
	}
}

// Attr returns an attribute of the element itself, "" when it has none.
func (d Tree) Attr(key string) string { return attrOf(d.node, key) }

// HTML returns the source of the element.
func (d Tree) HTML() string {
	var b strings.Builder
	_ = html.Render(&b, d.node)
	return b.String()
}
