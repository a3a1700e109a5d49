package uitest

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Look is how a page is looked at.
type Look struct {
	Scheme        string // "light" or "dark": what the system prefers
	Width, Height int
}

// Looks are the four that every page must pass: both schemes on a desk and on a phone.
var Looks = []Look{{"light", 1440, 900}, {"dark", 1440, 900}, {"light", 390, 844}, {"dark", 390, 844}}

// Open loads a page in the tab at the given look and waits for fonts and scripts.
func Open(t testing.TB, ctx context.Context, url string, l Look) {
	t.Helper()
	if err := chromedp.Do(ctx, emulate(l), chromedp.Navigate(url), settled()); err != nil {
		t.Fatalf("open %s: %v", url, err)
	}
}

// emulate sets size and scheme of the tab. Motion is reduced, so that pictures are still.
func emulate(l Look) chromedp.Action[chromedp.Void] {
	return chromedp.Steps(
		chromedp.EmulateViewport(int64(l.Width), int64(l.Height)),
		chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: l.Scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
			}})
			return err
		}),
	)
}

// Until waits up to a minute for a condition written in JavaScript, also across a navigation, and while what it speaks of
// is not there yet. It stops the test with what the page says, and at once where no page was opened in the tab.
func Until(t testing.TB, ctx context.Context, what, js string) {
	t.Helper()
	// A tab that the limited context below made would end with it, and what is asked afterwards would wait for an answer.
	if chromedp.FromContext(ctx).Target == nil {
		t.Fatalf("%s: no page is open in this tab. Call Open first.", what)
	}
	wait, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	// An element that has not come is null, and what is asked of null is a TypeError; it stands in the message if it stays.
	patient := "(() => { window.untilFault = ''; try { return (" + js + "); } catch (e) { if (!(e instanceof TypeError)) throw e; window.untilFault = String(e); return false; } })()"
	for {
		_, err := chromedp.Run(wait, chromedp.Poll[bool](patient, chromedp.WithPollingTimeout(0)))
		if err == nil {
			return
		}
		if wait.Err() == nil && (strings.Contains(err.Error(), "navigated") || strings.Contains(err.Error(), "context with specified id")) {
			continue
		}
		seen, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`(window.untilFault || "") + document.body.innerText.slice(0, 2000)`))
		t.Fatalf("%s: %v; the page says %q", what, err, seen)
	}
}

// settled waits until fonts are there and two frames have been drawn.
func settled() chromedp.Action[chromedp.Void] {
	const wait = `document.fonts.ready.then(() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(true)))))`
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := chromedp.Evaluate[bool](wait, chromedp.EvalAwaitPromise)(ctx, tab)
		return err
	})
}

// Shot returns a PNG of the tab's first screen as it is. With SLIPWAY_SHOTS set it also writes it to that directory, named
// after the test, the look and name, which tells several pictures of one test apart.
func Shot(t testing.TB, ctx context.Context, l Look, name string) []byte {
	t.Helper()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatalf("screenshot: %v", err)
	}
	keep(t, png, l, name)
	return png
}

// FullShot does as Shot does with the whole page, however long it is.
func FullShot(t testing.TB, ctx context.Context, l Look, name string) []byte {
	t.Helper()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatalf("screenshot: %v", err)
	}
	keep(t, png, l, name)
	return png
}

func keep(t testing.TB, png []byte, l Look, name string) {
	t.Helper()
	dir := os.Getenv("SLIPWAY_SHOTS")
	if dir == "" {
		return
	}
	file := strings.NewReplacer("/", "-", " ", "-").Replace(t.Name())
	if name != "" {
		file += "-" + name
	}
	file += "-" + l.Scheme + "-" + strconv.Itoa(l.Width) + ".png"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, file), png, 0o644); err != nil {
		t.Fatal(err)
	}
}
