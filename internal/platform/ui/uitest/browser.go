package uitest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// programs are looked for in this order.
var programs = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

// one is the browser of this test binary: starting one takes about a second, a tab takes 50 ms.
var one struct {
	sync.Once
	ctx context.Context
	err error
}

// Browser returns a context with a fresh tab, with cookies of its own, in the browser that all tests of the binary share.
// The tab is closed when the test ends. Run steps in it with chromedp.Do and chromedp.Run. It skips the test with a reason
// when there is no browser, or fails it when SLIPWAY_TEST_REQUIRE names "browser".
func Browser(t testing.TB) context.Context {
	t.Helper()
	program := find()
	if program == "" {
		const reason = "no Chromium or Chrome was found (looked for %s, and SLIPWAY_BROWSER)"
		if required() {
			t.Fatalf(reason+"; SLIPWAY_TEST_REQUIRE names browser", strings.Join(programs, ", "))
		}
		t.Skipf(reason, strings.Join(programs, ", "))
	}
	one.Do(func() { one.ctx, one.err = start(program) }) //nolint:fatcontext // made once, from no other context
	if one.err != nil {
		t.Fatalf("the browser did not start: %v", one.err)
	}
	ctx, cancel := chromedp.NewContext(one.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, 12*time.Minute) // a long journey on a busy machine takes more than five
	t.Cleanup(stop)
	return ctx
}

func required() bool {
	for _, word := range strings.Split(os.Getenv("SLIPWAY_TEST_REQUIRE"), ",") {
		if strings.TrimSpace(word) == "browser" {
			return true
		}
	}
	return false
}

func find() string {
	if p := os.Getenv("SLIPWAY_BROWSER"); p != "" {
		return p
	}
	for _, name := range programs {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	return ""
}

// start runs the browser until the process of the tests ends: its pipe closes then, and it leaves by itself.
func start(program string) (context.Context, error) {
	dir, err := profile()
	if err != nil {
		return nil, err
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.UserDataDir(dir), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("no-proxy-server", true), chromedp.WSURLReadTimeout(2*time.Minute),
	)
	alloc, _ := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, _ := chromedp.NewContext(alloc)
	if err := chromedp.Do(ctx); err != nil {
		return nil, err
	}
	return ctx, nil
}

// profile makes an empty profile directory named after this process, and removes those of processes that are gone.
func profile() (string, error) {
	const prefix = "slipway-uitest-"
	old, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	for _, dir := range old {
		pid, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(dir), prefix))
		if err == nil && pid != os.Getpid() && !alive(pid) {
			_ = os.RemoveAll(dir)
		}
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("%s%d", prefix, os.Getpid()))
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o700)
}

func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	return err == nil && p.Signal(syscall.Signal(0)) == nil
}
