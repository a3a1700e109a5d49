package asset

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"sort"
	"strings"
	"sync"
)

// Prefix is the path under which Handler is to be mounted.
const Prefix = "/static/"

//go:embed css js vendor fonts icons licenses
var files embed.FS

// sheets are the parts of the style sheet in the order of the cascade: inside a layer the later rule wins.
var sheets = []string{
	"layers", "fonts", "reset", "tokens", "base", "shell",
	"pagehead", "button", "status", "verdict", "load", "card", "grid", "table", "rows", "tabs", "rail", "field", "filters",
	"people", "facts", "tiles", "tminus", "timeline", "notice", "toast", "dialog", "palette", "empty", "heat", "chart", "log",
	"text", "diff", "hits", "pager", "lamp", "problem",
	"home", "release", "phone", "utilities",
	"verdict-path", "progress", "poll", "record", "lanes", "lanes-planned", "timing", "gantt", "graph", "four", "opened",
	"voided", "proof", "offer",
	"gonogo", "runbook", "calendar", "plan", "risks", "metrics", "environments", "dependencies", "signin", "release-scope",
	"release-readiness", "release-runbook", "release-record", "releases", "approve", "move-date", "administration", "actions",
	"resources", "roadmap", "changes", "narrow",
}

// modules are the islands; every one finds its elements by data attributes and works without the others, except that
// all may use what kernel offers.
var modules = []string{"kernel", "theme", "clock", "dialog", "toast", "lamp", "scroller", "form", "rows", "board", "calendar", "gantt", "palette", "keys"}

// file is one served file.
type file struct {
	name   string // app.css
	hashed string // app.0f3a9c21d4e5.css
	kind   string // content type
	etag   string // quoted
	body   []byte
	zipped []byte // gzip, nil when it does not pay
}

type bundle struct {
	byName map[string]*file // both by name and by hashed name
	icons  []string
}

// load builds the bundle once: about 10 ms, then everything is served from memory.
var load = sync.OnceValues(build)

func must() *bundle {
	b, err := load()
	if err != nil {
		// The files are embedded: this can only be a mistake made before the build, and TestBundle finds it.
		return &bundle{byName: map[string]*file{}}
	}
	return b
}

func build() (*bundle, error) {
	b := &bundle{byName: map[string]*file{}}
	for _, dir := range []string{"fonts", "icons", "vendor", "licenses"} {
		entries, err := fs.ReadDir(files, dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			body, err := files.ReadFile(path.Join(dir, e.Name()))
			if err != nil {
				return nil, err
			}
			b.add(e.Name(), body)
		}
	}
	sheet, err := join("css", ".css", sheets, "", "")
	if err != nil {
		return nil, err
	}
	if sheet, err = b.link(sheet); err != nil {
		return nil, err
	}
	b.add("app.css", sheet)
	script, err := join("js", ".js", modules, "{\n", "}\n")
	if err != nil {
		return nil, err
	}
	b.add("app.js", []byte("(() => {\n\"use strict\";\n"+strings.TrimSuffix(strings.TrimPrefix(string(script), "{\n"), "}\n")+"}\n})();\n"))
	b.icons = iconNames(b.byName["icons.svg"].body)
	return b, nil
}

// join concatenates files. The first module is not wrapped, since the others share its names.
func join(dir, ext string, names []string, open, end string) ([]byte, error) {
	var out bytes.Buffer
	for i, n := range names {
		body, err := files.ReadFile(dir + "/" + n + ext)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out.WriteString(open)
		}
		out.Write(body)
		if i > 0 {
			out.WriteString(end)
		}
	}
	return out.Bytes(), nil
}

var link = regexp.MustCompile(`url\((?:fonts|icons)/([^)]+)\)`)

// link puts the digested names into the addresses of the style sheet.
func (b *bundle) link(sheet []byte) ([]byte, error) {
	var missing error
	out := link.ReplaceAllFunc(sheet, func(m []byte) []byte {
		name := string(link.FindSubmatch(m)[1])
		f := b.byName[name]
		if f == nil {
			missing = fmt.Errorf("asset: the style sheet names %s, which is not embedded", name)
			return m
		}
		return []byte("url(" + Prefix + f.hashed + ")")
	})
	return out, missing
}

func (b *bundle) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	digest := hex.EncodeToString(sum[:6])
	ext := path.Ext(name)
	f := &file{
		name: name, hashed: strings.TrimSuffix(name, ext) + "." + digest + ext,
		kind: kinds[ext], etag: `"` + digest + `"`, body: body,
	}
	if ext != ".woff2" {
		var z bytes.Buffer
		w, _ := gzip.NewWriterLevel(&z, gzip.BestCompression)
		_, _ = w.Write(body)
		_ = w.Close()
		if z.Len() < len(body)*9/10 {
			f.zipped = z.Bytes()
		}
	}
	b.byName[name], b.byName[f.hashed] = f, f
}

var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8",
}

var symbol = regexp.MustCompile(`<symbol id="([a-z0-9-]+)"`)

func iconNames(sprite []byte) []string {
	var names []string
	for _, m := range symbol.FindAllSubmatch(sprite, -1) {
		names = append(names, string(m[1]))
	}
	sort.Strings(names)
	return names
}

// URL returns the address of an embedded file with the digest of its content: URL("app.css") is
// "/static/app.0f3a9c21d4e5.css". The name of a file that does not exist comes back under Prefix as it is.
func URL(name string) string {
	if f := must().byName[name]; f != nil {
		return Prefix + f.hashed
	}
	return Prefix + name
}

// Icons returns the identifiers of all symbols of the sprite in order: "i-check" for an icon, "s-go" for a status shape.
func Icons() []string { return append([]string(nil), must().icons...) }

// Text returns an embedded file as it is served, or "" if there is none of that name.
func Text(name string) string {
	if f := must().byName[name]; f != nil {
		return string(f.body)
	}
	return ""
}
