package uitest

import (
	"strings"
	"testing"
)

const sample = `<html><body><main id="m" class="main wide"><ul class="rows"><li data-s="go"><a href="/r/1">One</a></li><li data-s="nogo" class="late"><b>Two</b></li><li>Three</li></ul><p>After</p></main></body></html>`

func TestSelectors(t *testing.T) {
	d := DOM(t, sample)
	for sel, want := range map[string]int{
		"li": 3, "#m li": 3, "main > li": 0, "ul > li": 3, ".rows li[data-s]": 2, `li[data-s="nogo"].late`: 1, "li:not([data-s])": 1,
		"a[href^='/r']": 1, "a[href$='2']": 0, "li + li": 2, "a, b": 2, "li:first-child a": 1, "li:last-child": 1, "ul ~ p": 1, ".main.wide": 1,
		"[class~=wide]": 1, "*[href*=r]": 1, "li:not(.rows > li)": 0,
	} {
		if got := d.Count(sel); got != want {
			t.Errorf("%s matches %d, wanted %d", sel, got, want)
		}
	}
	d.Says("li[data-s=go]", "One")
	if got := d.Texts("li"); strings.Join(got, "|") != "One|Two|Three" {
		t.Errorf("texts: %q", got)
	}
}

func FuzzSelector(f *testing.F) {
	for _, s := range []string{"li", "a > b, c", ":not(.x)", "[a^='b'", "::", ">", "a,", `\`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		sel, err := parseSelector(s)
		if err != nil {
			return
		}
		for n := range DOM(t, "<p class=x>y</p>").node.Descendants() {
			sel.match(n)
		}
	})
}

// told collects what a test would have failed with.
type told struct {
	testing.TB
	errors []string
}

func (r *told) Helper()                        {}
func (r *told) Error(args ...any)              { r.errors = append(r.errors, "error") }
func (r *told) Errorf(format string, _ ...any) { r.errors = append(r.errors, format) }

func TestDOMFindsWhatNoPageMayGetWrong(t *testing.T) {
	for name, source := range map[string]string{
		"id twice":       `<p id="a"></p><p id="a"></p>`,
		"inline script":  `<script>1</script>`,
		"inline style":   `<style>p{}</style>`,
		"inline handler": `<a onclick="x()">x</a>`,
		"unknown icon":   `<svg><use href="/static/icons.svg#i-nonesuch"></use></svg>`,
		"lost reference": `<html><label for="nowhere">x</label></html>`,
	} {
		r := &told{TB: t}
		DOM(r, source)
		if len(r.errors) != 1 {
			t.Errorf("%s: %d findings: %q", name, len(r.errors), r.errors)
		}
	}
}
