package cli

import "encoding/json"

type templateCommand struct {
	List     templateList     `cmd:"" help:"List the templates of releases."`
	Show     templateShow     `cmd:"" help:"Show a template."`
	Versions templateVersions `cmd:"" help:"List the versions of a template, newest first."`
}

type templateList struct{}

// Run lists templates.
func (c *templateList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	ts, err := api.Templates(s.Context())
	if err != nil {
		return err
	}
	return s.Print(ts, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "VERSION", "CHANGED (UTC)"}, Empty: "No templates. Apply one with slipway apply -f."}
		for _, x := range ts {
			t.Add(x.Key, x.Name, x.Version, x.ChangedAt.UTC().Format(minuteLayout))
		}
		return t
	})
}

type templateShow struct {
	Key     string `arg:"" help:"Key of the template."`
	Version int    `name:"at-version" help:"Which version; the newest without it."`
}

// Run shows a template as JSON, since it is a document; slipway export --kind template writes YAML.
func (c *templateShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	t, err := api.Template(s.Context(), c.Key, c.Version)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(s.Out())
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(t)
}

type templateVersions struct {
	Key string `arg:"" help:"Key of the template."`
}

// Run lists versions.
func (c *templateVersions) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	ts, err := api.TemplateVersions(s.Context(), c.Key)
	if err != nil {
		return err
	}
	return s.Print(ts, func() *Table {
		t := &Table{Heads: []string{"VERSION", "NAME", "CHANGED (UTC)", "BY"}}
		for _, x := range ts {
			t.Add(x.Version, x.Name, x.ChangedAt.UTC().Format(minuteLayout), x.ChangedBy)
		}
		return t
	})
}
