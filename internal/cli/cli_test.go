package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"slipway/client"
	"slipway/internal/errs"
	"slipway/internal/platform/config"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"slipway": func() {
		os.Exit(Main(context.Background(), tested, os.Args[1:], os.Environ(), Streams{os.Stdin, os.Stdout, os.Stderr}))
	}})
}

// tested is a server whose commands tell what they were called with.
var tested = Server{
	Serve: func(_ context.Context, c config.Loaded, std Streams) error {
		if c.Listen == "127.0.0.1:1" {
			return errs.Unavailable("server.listen", "Slipway cannot listen on %s.", c.Listen)
		}
		_, err := fmt.Fprintf(std.Out, "serve data=%s listen=%s database=%s\n", c.Data, c.Listen, c.Database)
		return err
	},
	Demo: func(_ context.Context, c config.Loaded, std Streams) error {
		_, err := fmt.Fprintf(std.Out, "demo data=%q listen=%s\n", c.Data, c.Listen)
		return err
	},
	Backup: func(_ context.Context, c config.Loaded, file string, std Streams) error {
		_, err := fmt.Fprintf(std.Out, "backup %s of %s\n", file, c.Data)
		return err
	},
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", Setup: func(e *testscript.Env) error {
		e.Vars = append(e.Vars, "SLIPWAY_URL=", "SLIPWAY_TOKEN=")
		return nil
	}})
}

func run0(args []string, server Server, env ...string) (int, string, string) {
	var out, err bytes.Buffer
	status := Main(context.Background(), server, args, env, Streams{strings.NewReader(""), &out, &err})
	return status, out.String(), err.String()
}

// A command that is not wired does not exist.
func TestUnwired(t *testing.T) {
	for _, c := range []string{"serve", "demo", "migrate", "backup", "restore"} {
		if status, _, _ := run0([]string{c}, Server{}); status != ExitUsage {
			t.Errorf("%s: status %d", c, status)
		}
	}
	if status, out, _ := run0([]string{"--help"}, Server{}); status != ExitYes || strings.Contains(out, "  serve ") {
		t.Errorf("%d %s", status, out)
	}
}

func TestStatuses(t *testing.T) {
	problem := &client.Problem{Status: 422, Detail: "The input has a fault.", Reason: "input.invalid", Errors: []client.Fault{{Field: "a", Message: "No.", File: "x.yaml", Line: 3}}}
	for name, c := range map[string]struct {
		err    error
		status int
		says   []string
	}{
		"nil":         {nil, ExitYes, nil},
		"no":          {&No{"NO-GO. Two criteria are not met."}, ExitNo, []string{"NO-GO. Two"}},
		"wrapped no":  {fmt.Errorf("x: %w", &No{"no"}), ExitNo, nil},
		"usage":       {Usage("give %s", "one"), ExitUsage, []string{"give one"}},
		"problem":     {problem, ExitFailure, []string{"The input has a fault.", "x.yaml:3: a: No.", "reason: input.invalid"}},
		"signed out":  {&client.Problem{Status: 401, Detail: "Sign in."}, ExitFailure, []string{"SLIPWAY_TOKEN"}},
		"no server":   {&client.Unreachable{Server: "http://x", Err: errors.New("refused")}, ExitFailure, []string{"Is the server running?"}},
		"local fault": {errs.InvalidField("listen", "config.listen", "Not an address."), ExitFailure, []string{"listen: Not an address."}},
		"internal":    {errs.Internal("db.x", errors.New("disk full")), ExitFailure, []string{"disk full"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, format := range []string{"table", "json"} {
				var out, stderr bytes.Buffer
				s := &Session{ctx: context.Background(), std: Streams{Out: &out, Err: &stderr}, root: &root{Output: format}}
				if status := s.fail(c.err); status != c.status {
					t.Errorf("status %d, want %d", status, c.status)
				}
				for _, want := range c.says {
					if format == "table" && !strings.Contains(stderr.String(), want) {
						t.Errorf("%q does not say %q", stderr.String(), want)
					}
				}
				if out.Len() > 0 {
					t.Errorf("an error is on standard output: %s", out.String())
				}
			}
		})
	}
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	s := &Session{ctx: context.Background(), std: Streams{Out: &b}, root: &root{Output: "table"}}
	if err := s.Print(nil, func() *Table {
		t := &Table{Heads: []string{"NAME", "N"}}
		t.Add("é\x1b[31mred\nline", 1)
		t.Add("", nil)
		return t
	}); err != nil {
		t.Fatal(err)
	}
	if want := "NAME           N\né[31mred line  1\n–              –\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
	b.Reset()
	if err := s.Print(nil, func() *Table { return &Table{Heads: []string{"X"}, Empty: "No risks."} }); err != nil || b.String() != "No risks.\n" {
		t.Errorf("%q %v", b.String(), err)
	}
}

func TestReadFile(t *testing.T) {
	s := &Session{ctx: context.Background(), std: Streams{In: strings.NewReader("12345")}}
	if _, err := s.ReadFile("-", 4); !errs.Is(err, errs.CodeTooLarge) {
		t.Error(err)
	}
	s.std.In = strings.NewReader("1234")
	if b, err := s.ReadFile("-", 4); err != nil || string(b) != "1234" {
		t.Error(b, err)
	}
	var wrong *usage
	if _, err := s.ReadFile("/does/not/exist", 4); !errors.As(err, &wrong) {
		t.Error(err)
	}
}

func TestClientAddress(t *testing.T) {
	for _, c := range []struct {
		flag string
		env  []string
		ok   bool
	}{{"", nil, true}, {"https://x.example", nil, true}, {"", []string{"SLIPWAY_URL=https://y.example", "SLIPWAY_TOKEN=t"}, true}, {"", []string{"SLIPWAY_URL=http://y.example", "SLIPWAY_TOKEN=t"}, false}, {"nonsense", nil, false}} {
		s := &Session{root: &root{Server: c.flag}, environ: c.env}
		if _, err := s.Client(); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
