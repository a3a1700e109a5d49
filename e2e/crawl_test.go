package e2e

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// alike bounds how many pages of one shape (a release, a run) each person opens.
const alike = 12

var (
	address = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`)
	changes = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|[a-z-]+-[0-9]+\.[0-9]+\.[0-9]+|[0-9]+`)
)

// TestEveryLinkOfTheDemonstrationLeadsSomewhere follows the links of the demonstration as people of different rights. A page
// that fails, or that is not there, is a fault; one that somebody may not see says so.
//
// Filters multiply: three choices beside four and five others lead to sixty addresses of one page. Each person opens each
// page, each choice on it, and each two choices together; three that were opened two by two are not opened again.
func TestEveryLinkOfTheDemonstrationLeadsSomewhere(t *testing.T) {
	t.Parallel()
	base := demonstration(t)
	var all sync.WaitGroup
	defer all.Wait()
	for _, who := range []string{"Maya Lindqvist", "Tomás Ferreira", "Jonas Weber"} {
		all.Go(func() { t.Run(who, func(t *testing.T) { crawl(t, base, who) }) })
	}
}

// crawl opens what a person finds, from the first page on.
func crawl(t *testing.T, base, who string) {
	t.Helper()
	c := signedIn(t, base, who)
	seen, known, opened := map[string]bool{}, choices{}, 0
	for todo := []string{"/"}; len(todo) > 0; todo = todo[1:] {
		at := todo[0]
		if seen[at] {
			continue
		}
		seen[at] = true
		if known.old(at) {
			continue
		}
		opened++
		todo = append(todo, open(t, c, base, at)...)
	}
	t.Logf("opened %d of %d addresses", opened, len(seen))
	if opened < 1500 {
		t.Errorf("%d pages only", opened)
	}
}

// choices counts the pages that a person has opened, what was chosen on them, and what was chosen together.
type choices map[string]int

// old counts an address and reports whether all that it asks for was opened before: its page, each of its parameters with
// its value, and each two of them together. What only names a thing or a day counts as one value.
func (c choices) old(at string) bool {
	path, query, _ := strings.Cut(at, "?")
	path = changes.ReplaceAllString(path, "…")
	opened := func(what string, most int) bool {
		c[what]++
		return c[what] > most
	}
	old := opened(path, alike)
	list := strings.FieldsFunc(changes.ReplaceAllString(query, "…"), func(r rune) bool { return r == '&' })
	slices.Sort(list)
	for i, one := range list {
		old = opened(path+"?"+one, 1) && old
		for _, other := range list[i+1:] {
			old = opened(path+"?"+one+"&"+other, 1) && old
		}
	}
	return old
}

// open reads a page and returns the pages it links to.
func open(t *testing.T, c *http.Client, base, at string) []string {
	t.Helper()
	resp, err := c.Get(base + at)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if s := resp.StatusCode; s != http.StatusOK && s != http.StatusForbidden {
		t.Errorf("%s answers %d", at, s)
	}
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Errorf("%s breaks off: %v", at, err)
		}
		return nil
	}
	var out []string
	for z := html.NewTokenizer(resp.Body); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			if z.Err() != io.EOF { //nolint:errorlint // the tokenizer gives it as it is
				t.Errorf("%s breaks off: %v", at, z.Err())
			}
			return out
		}
		if kind == html.StartTagToken {
			if link := linked(z); strings.HasPrefix(link, "/") {
				out = append(out, link)
			}
		}
	}
}

// linked returns where the tag at which a tokenizer stands leads to, "" if it is no link.
func linked(z *html.Tokenizer) string {
	name, more := z.TagName()
	if string(name) != "a" {
		return ""
	}
	for more {
		var key, value []byte
		if key, value, more = z.TagAttr(); string(key) == "href" {
			link, _, _ := strings.Cut(string(value), "#")
			return link
		}
	}
	return ""
}

// demonstration runs slipway demo on a free port and returns its address.
func demonstration(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, binary(t), "demo", "--listen", "127.0.0.1:0", "--data", t.TempDir())
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was told to end
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if base := address.FindString(lines.Text()); base != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }() // so that it never waits for a reader
			return base
		}
	}
	t.Fatal("the demonstration names no address")
	return ""
}

// signedIn signs in with the one click of the demonstration.
func signedIn(t *testing.T, base, who string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, Timeout: time.Minute}
	resp, err := c.Get(base + "/sign-in")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`value="([^"]+)" aria-label="Sign in as ` + regexp.QuoteMeta(who)).FindSubmatch(b)
	if m == nil {
		t.Fatalf("the sign-in page does not offer %s", who)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/sign-in/demo", strings.NewReader(url.Values{"person": {string(m[1])}, "next": {"/"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", base)
	resp, err = c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("signing in as %s answers %d", who, resp.StatusCode)
	}
	return c
}
