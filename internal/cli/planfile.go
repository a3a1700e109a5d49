package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"slipway/client"
)

const planFileMax = 20 << 20

type planImport struct {
	Release string `arg:"" help:"Key of the release."`
	File    string `short:"f" required:"" placeholder:"FILE" help:"CSV, Excel workbook or Microsoft Project XML; - for standard input."`
	Format  string `enum:",csv,xlsx,mspdi" default:"" help:"csv, xlsx or mspdi; guessed without it."`
	DryRun  bool   `help:"Only say what would happen."`
}

// Run imports a plan.
func (c *planImport) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	content, err := s.ReadFile(c.File, planFileMax)
	if err != nil {
		return err
	}
	r, err := api.ImportPlan(s.Context(), c.Release, c.Format, content, c.DryRun)
	if err != nil {
		return err
	}
	if err := s.Print(r, func() *Table { return imported(r) }); err != nil || s.JSON() {
		return err
	}
	for _, n := range r.Notes {
		if _, err := fmt.Fprintf(s.Err(), "%s: %s\n", n.Place, plain(n.Text)); err != nil {
			return err
		}
	}
	did := "Saved"
	if !r.Saved {
		did = "Nothing is saved. It would be"
	}
	_, err = fmt.Fprintf(s.Out(), "%s: %d added, %d changed, %d unchanged; %d tasks of the release are not in the file.\n", did, r.Added, r.Changed, r.Unchanged, len(r.Left))
	return err
}

func imported(r client.PlanImport) *Table {
	t := &Table{Heads: []string{"PLACE", "KEY", "NAME", "OUTCOME", "CHANGES"}, Empty: "The file has no tasks."}
	for _, l := range r.Tasks {
		t.Add(l.Place, l.Key, l.Name, l.Outcome, strings.Join(l.Changes, ", "))
	}
	return t
}

type planExport struct {
	Release string `arg:"" help:"Key of the release."`
	File    string `arg:"" optional:"" default:"-" help:"Where to write it, or - for standard output."`
	Format  string `enum:"csv,xlsx,mspdi,json" default:"csv" help:"csv, xlsx, mspdi (Microsoft Project's XML) or json."`
}

// Run exports a plan.
func (c *planExport) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.ExportPlan(s.Context(), c.Release, c.Format)
	if err != nil {
		return err
	}
	defer r.Close()
	return s.save(r, c.File)
}

// save writes what is read to a new file, or to standard output for -.
func (s *Session) save(r io.Reader, name string) error {
	if name == "-" {
		_, err := io.Copy(s.Out(), r)
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Usage("%v", err)
	}
	_, err = io.Copy(f, r)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
