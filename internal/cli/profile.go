package cli

import (
	"io"
	"os"
	"strings"

	"slipway/client"
	"slipway/internal/errs"
)

type profileCommand struct {
	Show     profileShow     `cmd:"" help:"Show who you are to the server, and your settings."`
	Set      profileSet      `cmd:"" help:"Change your settings."`
	Password profilePassword `cmd:"" help:"Change your password; standard input gives the present and the new one, a line each."`
}

type profileShow struct{}

// Run prints the caller.
func (c *profileShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.Me(s.Context())
	if err != nil {
		return err
	}
	return s.Print(p, func() *Table {
		return facts("Key", p.Key, "Name", p.Name, "E-mail", p.Email, "Role", p.Role, "Zone", p.Zone, "Locale", p.Locale, "Scheme", scheme(p.Theme),
			"Single keys", onOff(p.Keys), "Password", has(p.HasPassword), "Rev", p.Rev)
	})
}

func scheme(theme string) string {
	if theme == "" {
		return "as the system"
	}
	return theme
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func has(it bool) string {
	if it {
		return "set"
	}
	return "none"
}

type profileSet struct {
	Zone   *string `placeholder:"ZONE" help:"The zone in which pages show times, such as Europe/Stockholm."`
	Locale *string `placeholder:"TAG" help:"The language and region of dates and numbers, such as en-GB."`
	Scheme *string `enum:"light,dark,system" placeholder:"S" help:"How pages look: light, dark or system."`
	Keys   *string `enum:"on,off" placeholder:"ON" help:"Single-key shortcuts of pages: on or off."`
}

// Run changes what was given and leaves the rest.
func (c *profileSet) Run(s *Session) error {
	if c.Zone == nil && c.Locale == nil && c.Scheme == nil && c.Keys == nil {
		return Usage("say what to change: --zone, --locale, --scheme or --keys")
	}
	api, err := s.Client()
	if err != nil {
		return err
	}
	me, err := api.Me(s.Context())
	if err != nil {
		return err
	}
	in := client.ProfileChange{Zone: c.Zone, Locale: c.Locale, Rev: me.Rev}
	if c.Scheme != nil {
		theme := strings.TrimSuffix(*c.Scheme, "system")
		in.Theme = &theme
	}
	if c.Keys != nil {
		on := *c.Keys == "on"
		in.Keys = &on
	}
	p, err := api.SetProfile(s.Context(), in)
	if err != nil {
		return err
	}
	return s.Say(p, "Changed your profile.")
}

type profilePassword struct{}

// passwordsMax bounds what is read from standard input, in bytes.
const passwordsMax = 4096

// Run changes the password. Both are read from standard input, since arguments are visible to everyone on the machine.
func (c *profilePassword) Run(s *Session) error {
	old, fresh, err := s.passwords()
	if err != nil {
		return err
	}
	api, err := s.Client()
	if err != nil {
		return err
	}
	if err := api.ChangePassword(s.Context(), old, fresh); err != nil {
		return err
	}
	return s.Say(struct{}{}, "Changed your password. Your sessions in browsers have ended.")
}

func (s *Session) passwords() (old, fresh string, err error) {
	const way = "pipe the present and the new password in, a line each; they are not read from a terminal, which would show them"
	in := s.In()
	if f, ok := in.(*os.File); ok {
		if i, err := f.Stat(); err == nil && i.Mode()&os.ModeCharDevice != 0 {
			return "", "", Usage(way)
		}
	}
	if in == nil {
		return "", "", Usage(way)
	}
	b, err := io.ReadAll(io.LimitReader(in, passwordsMax+1))
	if err != nil {
		return "", "", errs.Internal("cli.input_unreadable", err)
	}
	ls := strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n"), "\n")
	if len(b) > passwordsMax || len(ls) != 2 || ls[0] == "" || ls[1] == "" {
		return "", "", Usage(way)
	}
	return ls[0], ls[1], nil
}
