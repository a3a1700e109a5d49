package cli

import "fmt"

type configCommand struct {
	settings `embed:""`
}

// Run prints the effective configuration.
func (c *configCommand) Run(s *Session) error {
	loaded, err := c.load(s)
	if err != nil {
		return err
	}
	for _, note := range loaded.Notes {
		_, _ = fmt.Fprintln(s.Err(), note)
	}
	return s.Print(loaded.Values, func() *Table {
		t := &Table{Heads: []string{"OPTION", "VALUE", "FROM"}}
		for _, v := range loaded.Values {
			t.Add(v.Name, v.Value, v.Source)
		}
		return t
	})
}
