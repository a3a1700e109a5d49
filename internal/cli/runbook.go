package cli

import (
	"fmt"
	"net/url"
	"strings"

	"slipway/client"
)

type runbookCommand struct {
	List     runbookList     `cmd:"" help:"List runbooks."`
	Show     runbookShow     `cmd:"" help:"Print a runbook as a document."`
	Versions runbookVersions `cmd:"" help:"List the versions of a runbook."`
	Put      runbookPut      `cmd:"" help:"Store a runbook from a file; changed content is another version."`
	Schema   runbookSchema   `cmd:"" help:"Print the JSON Schema of runbooks, for editors."`
	Choose   runbookChoose   `cmd:"" help:"Choose which runbook a release runs, in which version and with which parameters."`
	Of       runbookOf       `cmd:"" help:"Show which runbook a release runs."`
}

type runbookList struct {
	Query string `short:"q" help:"Part of the key or name."`
	Limit int    `default:"50" help:"How many at most; 0 for all."`
}

// Run lists them.
func (c *runbookList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	if c.Query != "" {
		q.Set("q", c.Query)
	}
	bs, err := client.List[client.RunbookListed](s.ctx, api, client.Path("runbooks"), q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(bs, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "VERSION", "STEPS", "BACK-OUT", "CHANGED"}, Empty: "No runbooks. Store one with slipway runbook put FILE."}
		for _, b := range bs {
			t.Add(b.Key, b.Name, b.Version, b.Steps, b.BackOut, clockOf(&b.ChangedAt))
		}
		return t
	})
}

type runbookShow struct {
	Key     string `arg:"" help:"Key of the runbook."`
	Version int    `help:"A version; the newest without it."`
}

// Run prints it.
func (c *runbookShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	b, err := api.Runbook(s.ctx, c.Key, c.Version)
	if err != nil {
		return err
	}
	if s.JSON() {
		return s.Print(b, nil)
	}
	_, err = fmt.Fprintf(s.Out(), "# version %d of %d, %s\n%s", b.Version, b.Newest, b.Digest, b.YAML)
	return err
}

type runbookVersions struct {
	Key string `arg:"" help:"Key of the runbook."`
}

// Run lists them.
func (c *runbookVersions) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	vs, err := client.List[client.Runbook](s.ctx, api, client.Path("runbooks", c.Key, "versions"), nil, 0)
	if err != nil {
		return err
	}
	return s.Print(vs, func() *Table {
		t := &Table{Heads: []string{"VERSION", "MADE", "BY", "DIGEST"}}
		for _, v := range vs {
			t.Add(v.Version, clockOf(&v.MadeAt), v.MadeBy, v.Digest)
		}
		return t
	})
}

type runbookPut struct {
	File string `arg:"" help:"The YAML file; - for standard input."`
}

// Run stores it.
func (c *runbookPut) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	b, err := s.ReadFile(c.File, 1<<20)
	if err != nil {
		return err
	}
	key := keyOf(string(b))
	if key == "" {
		return Usage("%s holds no runbook: a line key: NAME is missing", c.File)
	}
	r, err := api.PutRunbook(s.ctx, key, string(b))
	if err != nil {
		return err
	}
	return s.Say(r, "runbook %s %s (version %d)", r.Key, r.Outcome, r.Version)
}

// keyOf finds the key of a document; the server reads the whole of it and says what is wrong.
func keyOf(text string) string {
	for _, line := range strings.Split(text, "\n") {
		if v, ok := strings.CutPrefix(line, "key:"); ok {
			v, _, _ = strings.Cut(v, " #")
			return strings.Trim(strings.TrimSpace(v), `"'`)
		}
	}
	return ""
}

type runbookSchema struct{}

// Run prints it.
func (runbookSchema) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	var raw []byte
	if err := api.Get(s.ctx, client.Path("runbooks", "schema"), nil, &raw); err != nil {
		return err
	}
	_, err = s.Out().Write(raw)
	return err
}

type runbookChoose struct {
	Release string            `arg:"" help:"Key of the release."`
	Runbook *string           `help:"Key of the runbook."`
	Version *int              `help:"Its version; 0 takes the newest."`
	Param   map[string]string `placeholder:"NAME=VALUE" help:"A parameter; all of them are replaced by those given."`
	Reason  string            `help:"Why, as the record will say."`
}

// Run chooses it.
func (c *runbookChoose) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.RunbookChoice{Runbook: c.Runbook, Version: c.Version, Reason: c.Reason}
	if len(c.Param) > 0 {
		in.Parameters = &c.Param
	}
	b, err := api.ChooseRunbook(s.ctx, c.Release, in)
	if err != nil {
		return err
	}
	return s.Say(b, "%s runs %s, version %d", c.Release, b.Runbook, b.Version)
}

type runbookOf struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run shows it.
func (c *runbookOf) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	b, err := api.RunbookOf(s.ctx, c.Release)
	if err != nil {
		return err
	}
	return s.Print(b, func() *Table {
		t := &Table{Heads: []string{"RUNBOOK", "VERSION", "NEWEST", "PARAMETER", "VALUE"}}
		t.Add(b.Runbook, b.Version, b.Newest, nil, nil)
		for k, v := range b.Parameters {
			t.Add(nil, nil, nil, k, v)
		}
		return t
	})
}
