package backup

import (
	"bytes"
	"compress/gzip"
	"testing"

	"slipway/internal/errs"
)

// FuzzRead gives arbitrary lines to the reader: it must refuse them with a reason and never panic.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"slipwayBackup":1,"schema":1}` + "\n" + `{"table":"a","columns":[{"name":"x","type":"text"},{"name":"y","type":"bytes"}]}` + "\n" +
		`["1","AAE="]` + "\n" + `{"end":"a","rows":1,"sha256":""}` + "\n" + `{"tables":[],"sha256":"00"}` + "\n"))
	f.Add([]byte(`{"slipwayBackup":1}` + "\n" + `{"tables":null,"sha256":"x"}` + "\n"))
	f.Add([]byte("\n\n[\n"))
	f.Fuzz(func(t *testing.T, lines []byte) {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write(lines) // to memory
		_ = w.Close()
		_, err := Check(&b)
		if err != nil && !errs.Is(err, errs.CodeInvalid) {
			t.Fatalf("%v", err)
		}
	})
}
