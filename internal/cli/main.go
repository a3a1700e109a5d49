package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// The exit statuses.
const (
	ExitYes     = 0 // done, or the answer is yes
	ExitFailure = 1 // something failed or was refused
	ExitUsage   = 2 // the command line is wrong
	ExitNo      = 3 // the answer is no: not GO, not allowed
)

// No is the error of a command that worked and whose answer is no. It exits with ExitNo and prints nothing more.
type No struct{ Why string }

func (n *No) Error() string { return n.Why }

// Streams are what a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Main runs one command line (without the program's name) in an environment ("NAME=value") and returns the exit status.
// It ends early when ctx does.
func Main(ctx context.Context, server Server, args, environ []string, std Streams) int {
	if server.Shim != nil && len(args) == 2 && args[0] == "shim" {
		return server.Shim(args[1]) // before anything else: it must be the process's only work
	}
	var r root
	helped := false
	session := &Session{ctx: ctx, std: std, environ: environ, root: &r}
	options := append([]kong.Option{
		kong.Name("slipway"),
		kong.Description("Slipway decides, from evidence, whether a release may go to production, says why, runs the release, and can prove afterwards that all of it was so."),
		kong.Writers(std.Out, std.Err),
		kong.Exit(func(int) { helped = true }), // help was printed
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.ShortUsageOnError(),
		kong.Bind(session),
	}, server.commands()...)
	parser, err := kong.New(&r, options...)
	if err != nil {
		return session.fail(fmt.Errorf("the grammar of the command line is wrong: %w", err))
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	switch {
	case helped:
		return ExitYes
	case err != nil:
		_, _ = fmt.Fprintf(std.Err, "slipway: %s\n", err)
		hint := "slipway"
		var p *kong.ParseError
		if errors.As(err, &p) && p.Context != nil && p.Context.Selected() != nil {
			hint = "slipway " + p.Context.Selected().Path()
			hint = strings.Replace(hint, "slipway slipway", "slipway", 1)
		}
		_, _ = fmt.Fprintf(std.Err, "See %s --help.\n", hint)
		return ExitUsage
	}
	return session.fail(command.Run())
}
