package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"slipway/client"
)

type applyCommand struct {
	Files  []string `short:"f" name:"file" required:"" sep:"none" placeholder:"PATH" help:"File, directory of .yaml files, or - for standard input; may be given again."`
	More   []string `arg:"" optional:"" name:"path" help:"Further files or directories."`
	DryRun bool     `help:"Say what would happen and change nothing."`
}

// fileMax bounds one file, as the server does.
const fileMax = 1 << 20

// Run sends all files at once.
func (c *applyCommand) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	var files []client.File
	for _, p := range append(slices.Clone(c.Files), c.More...) {
		names, err := filesAt(p)
		if err != nil {
			return err
		}
		for _, n := range names {
			b, err := s.ReadFile(n, fileMax)
			if err != nil {
				return err
			}
			files = append(files, client.File{Name: n, Text: string(b)})
		}
	}
	done, err := api.Apply(s.Context(), files, c.DryRun)
	if err != nil {
		return err
	}
	return s.Print(done, func() *Table {
		t := &Table{Empty: "The files hold no documents."}
		for _, d := range done {
			t.Add(d.Outcome, d.Kind, d.Key)
		}
		return t
	})
}

func filesAt(path string) ([]string, error) {
	if path == "-" {
		return []string{path}, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, Usage("%v", err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var out []string
	err = filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && (strings.HasSuffix(p, ".yaml") || strings.HasSuffix(p, ".yml")) {
			out = append(out, p)
		}
		return err
	})
	if err == nil && len(out) == 0 {
		return nil, Usage("%s holds no .yaml files", path)
	}
	return out, err
}

type exportCommand struct {
	Kind string `required:"" placeholder:"K" help:"Kind of document: product, service, environment, person, team, template, runbook, freeze, window or release."`
}

// Run prints the documents as they can be applied again.
func (c *exportCommand) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	text, err := api.Export(s.Context(), c.Kind)
	if err != nil {
		return err
	}
	if s.JSON() {
		return s.Print(map[string]string{"kind": c.Kind, "text": text}, nil)
	}
	_, err = fmt.Fprint(s.Out(), text)
	return err
}
