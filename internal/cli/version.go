package cli

import (
	"runtime"
	"runtime/debug"
	"strings"
)

// Info says which binary this is.
type Info struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Built    string `json:"built,omitempty"` // instant of the commit
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Build reads what the compiler left in the binary.
func Build() Info {
	i := Info{Version: "devel", Go: strings.TrimPrefix(runtime.Version(), "go"), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	b, ok := debug.ReadBuildInfo()
	if !ok {
		return i
	}
	if v := b.Main.Version; v != "" && v != "(devel)" {
		i.Version = v
	}
	for _, s := range b.Settings {
		switch s.Key {
		case "vcs.revision":
			i.Commit = s.Value
		case "vcs.time":
			i.Built = s.Value
		case "vcs.modified":
			i.Modified = s.Value == "true"
		}
	}
	return i
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(s *Session) error {
	i := Build()
	line := i.Version
	if i.Commit != "" {
		line += " " + i.Commit[:min(12, len(i.Commit))]
	}
	if i.Modified {
		line += " (modified)"
	}
	return s.Say(i, "slipway %s, go %s, %s", line, i.Go, i.Platform)
}
