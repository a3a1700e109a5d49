package cli

import (
	"fmt"

	"slipway/client"
)

type calendarCommand struct {
	Publish     calendarPublish     `cmd:"" help:"Publish the calendar of a span as the next version."`
	Versions    calendarVersions    `cmd:"" help:"List the published versions."`
	Show        calendarShow        `cmd:"" help:"Show a published version and who has read it."`
	Acknowledge calendarAcknowledge `cmd:"" help:"Say that you have read a published version."`
}

type calendarPublish struct {
	Name   string            `arg:"" help:"What it is called, such as \"December 2026\"."`
	From   string            `required:"" placeholder:"T" help:"Start of the span."`
	To     string            `required:"" placeholder:"T" help:"End of the span."`
	Note   string            `help:"What its readers should know."`
	Reader []string          `placeholder:"P" help:"Key of a person or a team who is to read it; may be given again. Everybody else without it."`
	ReadBy string            `placeholder:"T" help:"Until when it is to be read; a week from now without it. Who has not read it by then is chased."`
	Accept map[string]string `placeholder:"ID=REASON" help:"Accept a conflict by name, for a reason; may be given again."`
}

// Run publishes the calendar.
func (c *calendarPublish) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.Publication{Name: c.Name, Note: c.Note, Readers: c.Reader}
	if in.From, err = s.instant("--from", c.From, ""); err != nil {
		return err
	}
	if in.To, err = s.instant("--to", c.To, ""); err != nil {
		return err
	}
	if c.ReadBy != "" {
		by, err := s.instant("--read-by", c.ReadBy, "")
		if err != nil {
			return err
		}
		in.ReadBy = &by
	}
	for ref, reason := range c.Accept {
		in.Accept = append(in.Accept, client.Acceptance{Conflict: ref, Reason: reason})
	}
	v, err := api.PublishCalendar(s.Context(), in)
	if err != nil {
		return err
	}
	return s.Say(v, "Version %d of the calendar is published for %s.", v.Number, counted(int(v.Readers), "reader"))
}

type calendarVersions struct {
	Limit int `default:"0" help:"At most so many; all if 0."`
}

// Run lists versions.
func (c *calendarVersions) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rows, err := client.List[client.CalendarVersion](s.Context(), api, "/calendar-versions", nil, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"VERSION", "NAME", "FROM", "TO", "PUBLISHED", "BY", "READ BY", "READ"}, Empty: "Nothing is published. Publish with slipway calendar publish."}
		for _, v := range rows {
			t.Add(v.Number, v.Name, instantText(v.From), instantText(v.To), instantText(v.PublishedAt), v.ByName, maybeInstant(v.ReadBy), fmt.Sprintf("%d of %d", v.Acknowledged, v.Readers))
		}
		return t
	})
}

type calendarShow struct {
	Version string `arg:"" help:"Number of the version."`
}

// Run shows a version.
func (c *calendarShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	v, err := api.CalendarVersion(s.Context(), c.Version)
	if err != nil {
		return err
	}
	return s.Print(v, func() *Table {
		t := facts("Version", v.Number, "Name", v.Name, "Note", v.Note, "From", instantText(v.From), "To", instantText(v.To), "Published", instantText(v.PublishedAt), "By", v.ByName, "Digest", v.Digest,
			"To be read by", maybeInstant(v.ReadBy), "Chased", chasedText(v))
		for _, r := range v.Who {
			switch {
			case r.AcknowledgedAt != nil:
				t.Add("Has read it", r.Name+", "+instantText(*r.AcknowledgedAt))
			case r.Late:
				t.Add("Has not read it in time", r.Name)
			default:
				t.Add("Has not read it", r.Name)
			}
		}
		return t
	})
}

func chasedText(v client.CalendarVersion) string {
	if v.ChasedAt == nil {
		return ""
	}
	return fmt.Sprintf("%s, last %s", counted(int(v.Chases), "time"), instantText(*v.ChasedAt))
}

type calendarAcknowledge struct {
	Version string `arg:"" help:"Number of the version."`
}

// Run acknowledges a version.
func (c *calendarAcknowledge) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	v, err := api.AcknowledgeCalendar(s.Context(), c.Version)
	if err != nil {
		return err
	}
	return s.Say(v, "You have read version %d of the calendar.", v.Number)
}
