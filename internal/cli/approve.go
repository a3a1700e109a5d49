package cli

import (
	"slices"
	"time"

	"slipway/client"
)

type approveCommand struct {
	Release string `arg:"" help:"Key of the release."`
	Role    string `required:"" help:"Role that you sign for."`
	Comment string `placeholder:"T" help:"What the record says beside the signature."`
	For     string `placeholder:"PERSON" help:"In whose name, where several people have delegated the role to you."`
	Content string `placeholder:"DIGEST" help:"Digest of the content that you read. If it is another one now, nothing is signed."`
	Until   string `placeholder:"T" help:"When the signature expires: RFC 3339, or local time."`
	Zone    string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run signs the content of a release for a role.
func (c *approveCommand) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewSignature{Content: c.Content, For: c.For, Comment: c.Comment}
	if in.Until, err = s.moment("--until", c.Until, c.Zone); err != nil {
		return err
	}
	x, err := api.Approve(s.Context(), c.Release, c.Role, in)
	if err != nil {
		return err
	}
	var covers []string
	for _, p := range x.Sections {
		covers = append(covers, p.Section)
	}
	slices.Sort(covers)
	return s.Say(x, "Signed %s for %s. The signature covers %s.", c.Release, c.Role, sentence(covers))
}

// moment reads an instant that may be left out.
func (s *Session) moment(flag, text, zone string) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	t, err := s.instant(flag, text, zone)
	return &t, err
}

// sentence joins words as a sentence lists them.
func sentence(words []string) string {
	out := ""
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			out += " and "
		default:
			out += ", "
		}
		out += w
	}
	return out
}
