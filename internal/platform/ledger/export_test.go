package ledger_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/pack"
	"slipway/internal/platform/ledger/tree"
)

func TestExport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := open(t, d)
		ctx := timeout(t)
		release := id.New[id.Release]()
		var ids []id.Entry
		for n := range 20 {
			e := opened(n)
			e.Payload = facts{"text": "a <b> & \u2028 \"c\" €", "n": n}
			if n%2 == 0 {
				e.Release = release
			}
			if n == 4 {
				e.Payload = nil
			}
			ids = append(ids, write(t, d, e)...)
		}
		if err := l.Sequence(ctx); err != nil {
			t.Fatal(err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := ledger.Redact(tx, ids[6], "Asked for.")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := l.Export(ctx, &b, release); err != nil {
			t.Fatal(err)
		}
		s, err := pack.Verify(bytes.NewReader(b.Bytes()), l.Public())
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		if s.Entries != 11 || s.Redacted != 1 || s.Size != 22 || s.Release != string(release) || s.Installation != l.Installation() {
			t.Errorf("%+v", s)
		}
		lines := strings.SplitAfter(strings.TrimSuffix(b.String(), "\n"), "\n")
		lines[len(lines)-1] += "\n"
		other, err := tree.NewKey(tree.NewSecret(), l.Installation())
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			key  string
			text func(ls []string) []string
			line int
		}{
			"another key":   {other.Public(), func(ls []string) []string { return ls }, 1},
			"no first line": {l.Public(), func(ls []string) []string { return ls[1:] }, 1},
			"a header":      {l.Public(), func(ls []string) []string { ls[3] = strings.Replace(ls[3], "risk.opened", "risk.closed", 1); return ls }, 4},
			"a payload":     {l.Public(), func(ls []string) []string { ls[5] = strings.Replace(ls[5], "<b>", "<i>", 1); return ls }, 6},
			"a salt":        {l.Public(), func(ls []string) []string { ls[2] = strings.Replace(ls[2], `"salt":"`, `"salt":"A`, 1); return ls }, 3},
			"a proof":       {l.Public(), func(ls []string) []string { ls[2] = strings.Replace(ls[2], `"proof":["`, `"proof":["A`, 1); return ls }, 3},
			"a number":      {l.Public(), func(ls []string) []string { ls[2] = strings.Replace(ls[2], `"seq":3`, `"seq":4`, 1); return ls }, 3},
			"left out":      {l.Public(), func(ls []string) []string { return append(ls[:5], ls[6:]...) }, 12},
			"twice":         {l.Public(), func(ls []string) []string { return append(ls[:5:5], ls[4:]...) }, 6},
			"swapped":       {l.Public(), func(ls []string) []string { ls[4], ls[5] = ls[5], ls[4]; return ls }, 6},
			"redacted by hand": {l.Public(), func(ls []string) []string {
				i := strings.Index(ls[2], `"salt"`)
				j := strings.Index(ls[2], `"proof"`)
				ls[2] = ls[2][:i] + `"redactedBy":"x",` + ls[2][j:]
				return ls
			}, 13},
			"left out, count mended": {l.Public(), func(ls []string) []string {
				ls[12] = strings.Replace(ls[12], `"entries":11`, `"entries":10`, 1)
				return append(ls[:5], ls[6:]...)
			}, 12},
			"no last line":   {l.Public(), func(ls []string) []string { return ls[:12] }, 13},
			"cut in a line":  {l.Public(), func(ls []string) []string { ls[12] = ls[12][:20]; return ls }, 13},
			"more behind":    {l.Public(), func(ls []string) []string { return append(ls, "{}\n") }, 14},
			"unknown member": {l.Public(), func(ls []string) []string { ls[5] = strings.Replace(ls[5], `{"seq"`, `{"x":1,"seq"`, 1); return ls }, 6},
			"another release": {l.Public(), func(ls []string) []string {
				ls[0] = strings.Replace(ls[0], string(release), string(id.New[id.Release]()), 1)
				return ls
			}, 2},
		} {
			text := strings.Join(c.text(append([]string(nil), lines...)), "")
			_, err := pack.Verify(strings.NewReader(text), c.key)
			var f *pack.Fault
			if !errors.As(err, &f) || f.Line != c.line {
				t.Errorf("%s: %v, want line %d", name, err, c.line)
			}
		}
		b.Reset()
		if err := l.Export(ctx, &b, ""); err != nil {
			t.Fatal(err)
		}
		if s, err := pack.Verify(&b, l.Public()); err != nil || s.Entries != 22 {
			t.Errorf("the whole ledger: %+v, %v", s, err)
		}
	})
}
