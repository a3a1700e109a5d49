package cli

import (
	"cmp"
	"context"

	"github.com/alecthomas/kong"

	"slipway/internal/platform/config"
)

// Server is what the binary does as a server. Main passes the functions of the application; a command whose function is
// nil does not exist.
type Server struct {
	// Serve runs the server until ctx ends.
	Serve func(ctx context.Context, c config.Loaded, std Streams) error
	// Demo runs the demonstration until ctx ends. The data directory is "" when none was given: a temporary one.
	Demo func(ctx context.Context, c config.Loaded, std Streams) error
	// Migrate brings the database to the schema of this binary.
	Migrate func(ctx context.Context, c config.Loaded, std Streams) error
	// Backup writes the whole installation to a file ("-" is standard output).
	Backup func(ctx context.Context, c config.Loaded, file string, std Streams) error
	// Restore fills an empty database from a backup ("-" is standard input).
	Restore func(ctx context.Context, c config.Loaded, file string, std Streams) error
	// Shim runs the command of one attempt in a process of its own and returns the exit status. Only the server calls it.
	Shim func(dir string) int
}

// settings are the flags of every command of the server.
type settings struct {
	config.Settings `embed:""`
	File            string `name:"config" type:"path" placeholder:"FILE" help:"YAML file with options; SLIPWAY_CONFIG without it."`
}

func (s settings) load(session *Session) (config.Loaded, error) {
	c, err := config.Load(s.Settings, session.environ, cmp.Or(s.File, session.Env("SLIPWAY_CONFIG")))
	if err != nil {
		return c, &usage{errorText(explain(err))}
	}
	return c, nil
}

type errorText string

func (e errorText) Error() string { return string(e) }

type run func(ctx context.Context, c config.Loaded, std Streams) error

type serverCommand struct {
	settings `embed:""`
	run      run
}

// Run starts what the command stands for.
func (c *serverCommand) Run(s *Session) error {
	loaded, err := c.load(s)
	if err != nil {
		return err
	}
	return c.run(s.ctx, loaded, s.std)
}

type demoCommand struct{ serverCommand }

// Run starts the demonstration in a directory of its own unless one is given. It never takes the database that a machine is set up with.
func (c *demoCommand) Run(s *Session) error {
	if c.Database != nil {
		return Usage("The demonstration has its own database, in a file. Leave --database out.")
	}
	loaded, err := c.load(s)
	if err != nil {
		return err
	}
	if loaded.Source("data") == "default" {
		loaded.Data = ""
	}
	return c.run(s.ctx, loaded, s.std)
}

type fileCommand struct {
	settings `embed:""`
	Name     string `arg:"" name:"file" help:"The file; - for standard input or output."`
	run      func(ctx context.Context, c config.Loaded, file string, std Streams) error
}

// Run reads or writes the file.
func (c *fileCommand) Run(s *Session) error {
	loaded, err := c.load(s)
	if err != nil {
		return err
	}
	return c.run(s.ctx, loaded, c.Name, s.std)
}

func (v Server) commands() []kong.Option {
	var o []kong.Option
	add := func(name, help string, cmd any) { o = append(o, kong.DynamicCommand(name, help, "Server", cmd)) }
	if v.Serve != nil {
		add("serve", "Run the server.", &serverCommand{run: v.Serve})
	}
	if v.Demo != nil {
		add("demo", "Run the demonstration: a bank with its services, people and releases.", &demoCommand{serverCommand{run: v.Demo}})
	}
	if v.Migrate != nil {
		add("migrate", "Bring the database to the schema of this binary.", &serverCommand{run: v.Migrate})
	}
	if v.Backup != nil {
		add("backup", "Write the whole installation to one file while the server runs.", &fileCommand{run: v.Backup})
	}
	if v.Restore != nil {
		add("restore", "Fill an empty database from a backup.", &fileCommand{run: v.Restore})
	}
	return o
}
