package cli

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"slipway/client"
)

type feedCommand struct {
	List    feedList    `cmd:"" help:"List your feeds."`
	Add     feedAdd     `cmd:"" help:"Make a feed; its address is printed once."`
	Rotate  feedRotate  `cmd:"" help:"Give a feed another address; it is printed once."`
	Revoke  feedRevoke  `cmd:"" help:"Revoke a feed, at once."`
	Import  feedImport  `cmd:"" help:"Import a calendar of days off or of a supplier, from an address or a file."`
	Sources feedSources `cmd:"" help:"List imported calendars."`
	Source  feedSource  `cmd:"" help:"Show an imported calendar, with what was left out of it."`
	Load    feedLoad    `cmd:"" help:"Replace the events of an imported calendar by those of a file."`
	Sync    feedSync    `cmd:"" help:"Fetch an imported calendar now."`
	Close   feedClose   `cmd:"" help:"End the import of a calendar; its events go."`
	Events  feedEvents  `cmd:"" help:"List imported events."`
}

type feedList struct {
	All bool `help:"Of everyone."`
}

// Run lists feeds.
func (c *feedList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.Feeds(s.Context(), c.All)
	if err != nil {
		return err
	}
	return s.Print(p.Items, func() *Table {
		t := &Table{Heads: []string{"ID", "NAME", "SHOWS", "OF", "BEGINS", "LAST USED"}, Empty: "No feeds. Make one with slipway feed add."}
		for _, x := range p.Items {
			t.Add(x.ID, x.Name, x.Kind, x.Of, x.Begins, stamp(x.UsedAt))
		}
		return t
	})
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

type feedAdd struct {
	Name        string `arg:"" optional:"" help:"What it is for, such as phone."`
	All         bool   `xor:"what" help:"Everything that you may see, instead of what concerns you."`
	Product     string `xor:"what" placeholder:"KEY" help:"What concerns a product."`
	Environment string `xor:"what" placeholder:"KEY" help:"What concerns an environment."`
}

// Run makes a feed and prints its address alone, so that a script can keep it.
func (c *feedAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.FeedSpec{Name: c.Name, Kind: "mine", Of: cmp.Or(c.Product, c.Environment)}
	switch {
	case c.All:
		in.Kind = "all"
	case c.Product != "":
		in.Kind = "product"
	case c.Environment != "":
		in.Kind = "environment"
	}
	f, err := api.AddFeed(s.Context(), in)
	if err != nil {
		return err
	}
	return s.sayFeed(f)
}

func (s *Session) sayFeed(f client.Feed) error {
	if f.URL == "" {
		f.URL = strings.TrimSuffix(cmp.Or(s.root.Server, s.Env("SLIPWAY_URL"), serverDefault), "/") + f.Path
	}
	return s.Say(f, "%s", f.URL)
}

// oneFeed names a feed.
type oneFeed struct {
	Feed string `arg:"" help:"Its identifier, which slipway feed list shows."`
}

type feedRotate struct{ oneFeed }

// Run gives the feed another address.
func (c *feedRotate) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	f, err := api.RotateFeed(s.Context(), c.Feed)
	if err != nil {
		return err
	}
	return s.sayFeed(f)
}

type feedRevoke struct{ oneFeed }

// Run revokes the feed.
func (c *feedRevoke) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	f, err := api.RevokeFeed(s.Context(), c.Feed)
	if err != nil {
		return err
	}
	return s.Say(f, "Revoked %s.", f.Name)
}

// calendarMax is the greatest file of a calendar in bytes.
const calendarMax = 8 << 20

type feedImport struct {
	Name  string `arg:"" help:"Name as the calendar shows it, such as \"Public holidays, Germany\"."`
	Key   string `help:"Its key; made from the name without it."`
	Kind  string `enum:"holiday,maintenance,other" default:"holiday" help:"holiday, maintenance or other."`
	URL   string `name:"url" xor:"from" required:"" placeholder:"URL" help:"Where it is fetched from, on a schedule."`
	File  string `short:"f" xor:"from" required:"" placeholder:"FILE" help:"The calendar as a file; - for standard input."`
	Zone  string `placeholder:"ZONE" help:"Zone of whole days and of times that name none; UTC without it."`
	Every int64  `placeholder:"HOURS" help:"How often it is fetched, in hours; every 24 without it."`
}

// Run imports the calendar.
func (c *feedImport) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.CalendarSourceSpec{Key: c.Key, Name: c.Name, Kind: c.Kind, URL: c.URL, Zone: c.Zone, EveryHours: c.Every}
	if c.File != "" {
		b, err := s.ReadFile(c.File, calendarMax)
		if err != nil {
			return err
		}
		in.Text = string(b)
	}
	x, err := api.ImportCalendar(s.Context(), in)
	if err != nil {
		return err
	}
	if x.URL != "" {
		return s.Say(x, "Imported %s; it is being fetched. slipway feed source %s shows how that went.", x.Name, x.Key)
	}
	return s.loaded(x)
}

func (s *Session) loaded(x client.CalendarSource) error {
	if n := len(x.Notes); n > 0 {
		return s.Say(x, "%s has %s; left out: %d, as slipway feed source %s says.", x.Name, counted(int(x.Events), "event"), n, x.Key)
	}
	return s.Say(x, "%s has %s.", x.Name, counted(int(x.Events), "event"))
}

type feedSources struct{}

// Run lists imported calendars.
func (c *feedSources) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.CalendarSources(s.Context())
	if err != nil {
		return err
	}
	return s.Print(p.Items, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "KIND", "EVENTS", "LAST READ", "FAULT"}, Empty: "No imported calendars. Add one with slipway feed import."}
		for _, x := range p.Items {
			t.Add(x.Key, x.Name, x.Kind, strconv.FormatInt(x.Events, 10), stamp(x.SyncedAt), x.Fault)
		}
		return t
	})
}

// oneSource names an imported calendar.
type oneSource struct {
	Source string `arg:"" help:"Key or identifier."`
}

type feedSource struct{ oneSource }

// Run shows an imported calendar.
func (c *feedSource) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.CalendarSource(s.Context(), c.Source)
	if err != nil {
		return err
	}
	return s.Print(x, func() *Table {
		t := &Table{Heads: []string{"FIELD", "VALUE"}}
		t.Add("key", x.Key)
		t.Add("name", x.Name)
		t.Add("kind", x.Kind)
		t.Add("address", x.URL)
		t.Add("zone", x.Zone)
		t.Add("events", strconv.FormatInt(x.Events, 10))
		t.Add("last read", stamp(x.SyncedAt))
		t.Add("fault", x.Fault)
		for _, n := range x.Notes {
			t.Add("left out, line "+strconv.Itoa(n.Line), n.Message)
		}
		return t
	})
}

type feedLoad struct {
	oneSource
	File string `short:"f" required:"" placeholder:"FILE" help:"The calendar as a file; - for standard input."`
}

// Run replaces the events.
func (c *feedLoad) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	b, err := s.ReadFile(c.File, calendarMax)
	if err != nil {
		return err
	}
	x, err := api.LoadCalendar(s.Context(), c.Source, string(b))
	if err != nil {
		return err
	}
	return s.loaded(x)
}

type feedSync struct{ oneSource }

// Run fetches the calendar.
func (c *feedSync) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.SyncCalendar(s.Context(), c.Source)
	if err != nil {
		return err
	}
	return s.loaded(x)
}

type feedClose struct{ oneSource }

// Run ends the import.
func (c *feedClose) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.CloseCalendar(s.Context(), c.Source)
	if err != nil {
		return err
	}
	return s.Say(x, "%s is no longer imported.", x.Name)
}

type feedEvents struct {
	Span string `required:"" placeholder:"START/END" help:"The span, each end RFC 3339 or local time."`
	Zone string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run lists imported events.
func (c *feedEvents) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	from, to, err := s.span("--span", c.Span, c.Zone)
	if err != nil {
		return err
	}
	p, err := api.ImportedEvents(s.Context(), from, to)
	if err != nil {
		return err
	}
	return s.Print(p.Items, func() *Table {
		t := &Table{Heads: []string{"FROM", "TO", "WHAT", "CALENDAR", "KIND"}, Empty: "Nothing is imported for that time."}
		for _, x := range p.Items {
			from, to := stamp(x.Start), stamp(x.End)
			if x.FirstDay != "" {
				from, to = x.FirstDay, x.LastDay
			}
			t.Add(from, to, x.Summary, x.SourceName, x.Kind)
		}
		return t
	})
}
