package cli

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"slipway/client"
	"slipway/internal/platform/ledger/pack"
)

type ledgerCommand struct {
	Verify ledgerVerify `cmd:"" help:"Recompute the server's ledger; exit status 3 and the first bad entry if it does not hold."`
	Export ledgerExport `cmd:"" help:"Write the record of a release, or all of it, as JSON lines with inclusion proofs."`
	List   ledgerList   `cmd:"" help:"List entries."`
	Key    ledgerKey    `cmd:"" help:"Print the public key of the installation, for verification elsewhere."`
}

type ledgerVerify struct{}

// Run prints what was recomputed.
func (c *ledgerVerify) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.VerifyLedger(s.Context())
	if err != nil {
		return err
	}
	err = s.Print(r, func() *Table {
		return facts("Entries", r.Size, "Root", r.Root, "Checkpoints that hold", r.Checkpoints, "Entries under the newest", r.Covered,
			"Checkpoint beside the key holds", r.Outside, "Redacted", r.Redacted, "Not numbered yet", r.Pending)
	})
	if err != nil {
		return err
	}
	if r.Fault != nil {
		return &No{Why: fmt.Sprintf("The ledger does not hold: entry %d, %s. %s", r.Fault.Seq, r.Fault.What, r.Fault.Text)}
	}
	if s.JSON() {
		return nil
	}
	_, err = fmt.Fprintln(s.Out(), "The ledger holds.")
	return err
}

type ledgerExport struct {
	Release string `arg:"" optional:"" help:"Key of a release; everything without it."`
	File    string `name:"to" placeholder:"FILE" help:"Write to this file instead of standard output."`
}

// Run copies the export.
func (c *ledgerExport) Run(s *Session) (err error) {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.ExportRecord(s.Context(), c.Release)
	if err != nil {
		return err
	}
	defer r.Close()
	w := s.Out()
	if c.File != "" {
		f, err := os.Create(c.File)
		if err != nil {
			return Usage("%v", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		w = f
	}
	_, err = io.Copy(w, r)
	return err
}

type ledgerList struct {
	Release string `help:"Only the record of this release."`
	Action  string `help:"Only this action, or those that start with its words."`
	Limit   int    `default:"50" help:"At most so many, newest first."`
}

// Run prints entries, newest first.
func (c *ledgerList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	path := "/record"
	if c.Release != "" {
		path = client.Path("releases", c.Release, "record")
	}
	q := url.Values{"newest": {"true"}}
	if c.Action != "" {
		q.Set("action", c.Action)
	}
	rows, err := client.List[client.Entry](s.Context(), api, path, q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"SEQ", "AT", "WHO", "ACTION", "SUBJECT"}, Empty: "No entry."}
		for _, e := range rows {
			t.Add(e.Seq, e.At.Format(time.RFC3339), e.Who, e.Action, e.Subject.Kind+" "+e.Subject.ID)
		}
		return t
	})
}

type ledgerKey struct{}

// Run prints the key.
func (c *ledgerKey) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	var head struct {
		Installation string `json:"installation"`
		Key          string `json:"key"`
	}
	if err := api.Get(s.Context(), "/ledger", nil, &head); err != nil {
		return err
	}
	return s.Say(head, "%s", head.Key)
}

type verifyCommand struct {
	Pack string `arg:"" help:"File that slipway ledger export wrote; - for standard input."`
	Key  string `required:"" placeholder:"KEY" help:"Public key of the installation, as slipway ledger key prints it."`
}

// Run checks the file with nothing but the key.
func (c *verifyCommand) Run(s *Session) error {
	in := s.In()
	if c.Pack != "-" {
		f, err := os.Open(c.Pack)
		if err != nil {
			return Usage("%v", err)
		}
		defer f.Close()
		in = f
	}
	sum, err := pack.Verify(in, c.Key)
	var fault *pack.Fault
	if errors.As(err, &fault) {
		return &No{Why: "The record does not hold: " + fault.Error()}
	}
	if err != nil {
		return err
	}
	return s.Say(sum, "The record holds: %d entries, all in the signed ledger of %d.", sum.Entries, sum.Size)
}
