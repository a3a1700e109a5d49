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
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// alike bounds how many pages of one shape (a release, a run) the crawl opens.
const alike = 3

var (
	address = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`)
	changes = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|[a-z-]+-[0-9]+\.[0-9]+\.[0-9]+|[0-9]+`)
)

// TestEveryLinkOfTheDemonstrationLeadsSomewhere follows the links of the demonstration as people of different rights. A page
// that fails, or that is not there, is a fault; one that somebody may not see says so.
func TestEveryLinkOfTheDemonstrationLeadsSomewhere(t *testing.T) {
	t.Parallel()
	base := demonstration(t)
	for _, who := range []string{"Maya Lindqvist", "Tomás Ferreira", "Jonas Weber"} {
		t.Run(who, func(t *testing.T) {
			c := signedIn(t, base, who)
			seen, shapes := map[string]bool{}, map[string]int{}
			for todo := []string{"/"}; len(todo) > 0; todo = todo[1:] {
				at := todo[0]
				if seen[at] {
					continue
				}
				seen[at] = true
				for _, next := range open(t, c, base, at) {
					shape := changes.ReplaceAllString(next, "…")
					if shapes[shape]++; shapes[shape] <= alike {
						todo = append(todo, next)
					}
				}
			}
			if len(seen) < 100 {
				t.Errorf("%d pages only: %v", len(seen), seen)
			}
		})
	}
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
		return nil
	}
	doc, err := html.Parse(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "a" {
			continue
		}
		for _, a := range n.Attr {
			link, _, _ := strings.Cut(a.Val, "#")
			if a.Key == "href" && strings.HasPrefix(link, "/") {
				out = append(out, link)
			}
		}
	}
	return out
}

// demonstration runs slipway demo on a free port and returns its address.
func demonstration(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
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
