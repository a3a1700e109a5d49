package bench

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// built is the binary as `make build` builds it.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "slipway-bench-")
	if err != nil {
		return "", err
	}
	scratch = append(scratch, dir)
	bin := filepath.Join(dir, "slipway")
	c := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, "slipway/cmd/slipway")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return bin, nil
})

func binary(b *testing.B) string {
	b.Helper()
	bin, err := built()
	must(b, err)
	return bin
}

// launch starts the binary on a data directory and returns once /readyz says that it may take requests.
func launch(b *testing.B, dir string) *exec.Cmd {
	b.Helper()
	c := exec.Command(binary(b), "serve", "--listen", "127.0.0.1:0", "--data", dir)
	out, err := c.StdoutPipe()
	must(b, err)
	must(b, c.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if i := strings.Index(lines.Text(), "http://"); i >= 0 {
			go func() {
				for lines.Scan() { // nothing may block on its output
				}
			}()
			res, err := http.Get(strings.TrimRight(lines.Text()[i:], ". ") + "/readyz")
			must(b, err)
			_ = res.Body.Close()
			if res.StatusCode != http.StatusOK {
				b.Fatalf("/readyz answered %d", res.StatusCode)
			}
			return c
		}
	}
	b.Fatal("the binary ended before it was ready")
	return nil
}

func stop(b *testing.B, c *exec.Cmd) {
	b.Helper()
	must(b, c.Process.Signal(syscall.SIGTERM))
	must(b, c.Wait())
}

// BenchmarkStart is the time from the start of the process to the first answer of /readyz, with the data set that -bulk asks for
// (aim 150 ms), beside `slipway version`, which does nothing.
func BenchmarkStart(b *testing.B) {
	dir, bin := bulkDir(b), binary(b)
	stop(b, launch(b, dir)) // what the last writer left in the write-ahead log is not the start's
	var starts, nothing []time.Duration
	for b.Loop() {
		nothing = append(nothing, took(func() { must(b, exec.Command(bin, "version").Run()) }))
		var c *exec.Cmd
		starts = append(starts, took(func() { c = launch(b, dir) }))
		stop(b, c)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(micros(median(starts))/1000, "ms")
	b.ReportMetric(micros(median(nothing))/1000, "limit-ms")
}

// BenchmarkMemory is the resident memory of a server 30 seconds after it started empty (aim 60 MB), and the size of the binary
// (aim 45 MB).
func BenchmarkMemory(b *testing.B) {
	bin := binary(b)
	info, err := os.Stat(bin)
	must(b, err)
	var resident []time.Duration // kB stand in for time: only the median is asked
	for b.Loop() {
		c := launch(b, b.TempDir())
		<-time.After(30 * time.Second)
		kb := status(b, c.Process.Pid, "VmRSS")
		resident = append(resident, time.Duration(kb))
		stop(b, c)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(median(resident))/1000, "MB-resident")
	b.ReportMetric(float64(info.Size())/1e6, "MB-binary")
}

// status reads a line of /proc, in kB.
func status(b *testing.B, pid int, name string) int {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skipf("no /proc here: %v", err)
	}
	for line := range strings.Lines(string(text)) {
		var kb int
		if n, _ := fmt.Sscanf(line, name+": %d kB", &kb); n == 1 {
			return kb
		}
	}
	b.Fatalf("no %s", name)
	return 0
}
