package backup_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"

	"slipway/internal/platform/backup"
	"slipway/internal/platform/blob"
	"slipway/internal/platform/db"
)

// BenchmarkWriteAndRestore moves 64 MiB of blobs and 100,000 small rows. peak-MB is the heap that was held at most while
// the file was read or written, sampled at each 8 MiB of it: it must not grow with the content.
func BenchmarkWriteAndRestore(b *testing.B) {
	for _, e := range engines {
		src := open(b, e)
		fillLarge(b, src)
		var file bytes.Buffer
		if _, err := backup.Write(context.Background(), src, &file, backup.Info{}); err != nil {
			b.Fatal(err)
		}
		b.Run(string(e)+"/write", func(b *testing.B) {
			for b.Loop() {
				m := meter{}
				if _, err := backup.Write(context.Background(), src, &m, backup.Info{}); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(m.n)
				b.ReportMetric(m.peak(), "peak-MB")
			}
		})
		b.Run(string(e)+"/restore", func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				dst := open(b, e)
				b.StartTimer()
				m := meter{r: bytes.NewReader(file.Bytes())}
				if _, err := backup.Restore(context.Background(), dst, &m); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(m.n)
				b.ReportMetric(m.peak(), "peak-MB")
			}
		})
	}
}

func fillLarge(b *testing.B, d *db.DB) {
	b.Helper()
	content := make([]byte, 8<<20)
	src := rand.NewChaCha8([32]byte{})
	for range 8 {
		_, _ = src.Read(content) // never fails
		p, err := blob.Prepare(bytes.NewReader(content), "application/octet-stream", 8<<20)
		if err != nil {
			b.Fatal(err)
		}
		if err := d.Write(context.Background(), p.Store); err != nil {
			b.Fatal(err)
		}
		p.Close()
	}
	write(b, d, `INSERT INTO z_kind (a, b, label, small, yes)
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
		SELECT 'row', i, 'a label of some forty characters or so, ok', 7, TRUE FROM n`)
}

// meter samples the heap while bytes pass.
type meter struct {
	r        io.Reader
	n, next  int64
	base, at uint64
}

func (m *meter) Write(p []byte) (int, error) { m.pass(len(p)); return len(p), nil }

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p[:min(len(p), 64<<10)])
	m.pass(n)
	return n, err
}

func (m *meter) pass(n int) {
	m.n += int64(n)
	if m.n < m.next {
		return
	}
	m.next = m.n + 8<<20
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	if m.base == 0 {
		m.base = s.HeapAlloc
	}
	m.at = max(m.at, s.HeapAlloc)
}

func (m *meter) peak() float64 { return float64(m.at-min(m.base, m.at)) / (1 << 20) }
