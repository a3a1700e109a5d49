package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/platform/strict"
)

// Prefix begins every variable.
const Prefix = "SLIPWAY_"

// Variable returns the name of an option's variable.
func Variable(option string) string {
	return Prefix + strings.ToUpper(strings.ReplaceAll(option, "-", "_"))
}

// Loaded is a configuration with its origin.
type Loaded struct {
	Config
	// Values are all options in their order, secrets hidden.
	Values []Value
	// Notes are variables that look like a misspelt option, each as a sentence.
	Notes []string

	secrets map[string]string // of runbooks, by variable
}

// Secret returns the value of a secret of runbooks that the environment holds and environment-secrets names.
func (l Loaded) Secret(name string) (string, bool) {
	if !slices.Contains(l.EnvironmentSecrets, name) {
		return "", false
	}
	v := l.secrets[SecretVariable(name)]
	return v, v != ""
}

// Load merges flags, the environment ("NAME=value"), the YAML file at path (none if empty) and defaults. It fails with
// errs.Invalid, listing every fault with its source, line and the nearest known name.
func Load(flags Settings, environ []string, path string) (Loaded, error) {
	var file Settings
	var doc strict.Document
	if path != "" {
		var err error
		if file, doc, err = readFile(path); err != nil {
			return Loaded{}, err
		}
	}
	env := map[string]string{}
	for _, e := range environ {
		if name, value, ok := strings.Cut(e, "="); ok && strings.HasPrefix(name, Prefix) {
			env[name] = value
		}
	}
	var l Loaded
	var faults []errs.Field
	c := reflect.ValueOf(&l.Config).Elem()
	for i := range c.NumField() {
		f := c.Type().Field(i)
		name := f.Tag.Get("name")
		text, source := f.Tag.Get("default"), "default"
		place := errs.Field{Name: name}
		if s, ok := written(file, name); ok {
			text, source = s, path
			place.File, place.Line = path, doc.LineOf(name)
		}
		if s, ok := env[Variable(name)]; ok && s != "" {
			text, source = s, "environment"
			place = errs.Field{Name: Variable(name)}
		}
		if s, ok := written(flags, name); ok {
			text, source = s, "flag"
			place = errs.Field{Name: "--" + name}
		}
		if err := parse(c.Field(i), f.Tag, text); err != nil {
			place.Reason, place.Msg = "config.bad_value", err.Error()
			if f.Tag.Get("shown") != "" {
				place.Msg = "This value cannot be read."
			}
			faults = append(faults, place)
			continue
		}
		l.Values = append(l.Values, Value{Name: name, Value: show(text, f.Tag.Get("shown")), Source: source})
	}
	if len(faults) > 0 {
		return Loaded{}, errs.Invalid("config.invalid", "The configuration cannot be used.").With(faults...)
	}
	l.Notes = append(misspelt(env), l.takeSecrets(env)...)
	return l, l.check()
}

func readFile(path string) (Settings, strict.Document, error) {
	var s Settings
	b, err := os.ReadFile(path)
	if err != nil {
		why := "it cannot be read"
		if errors.Is(err, fs.ErrNotExist) {
			why = "it does not exist"
		}
		return s, strict.Document{}, errs.InvalidField("config", "config.file_missing", "The configuration file %s cannot be used: %s.", path, why).Because(err)
	}
	doc, err := strict.One(path, b)
	if err != nil {
		return s, doc, err
	}
	return s, doc, doc.Decode(&s)
}

// written returns an option's text in settings.
func written(s Settings, name string) (string, bool) {
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("name") != name {
			continue
		}
		switch f := v.Field(i).Interface().(type) {
		case *string:
			if f != nil {
				return *f, true
			}
		case *bool:
			if f != nil {
				return fmt.Sprint(*f), true
			}
		case []string:
			if f != nil {
				return strings.Join(f, ","), true
			}
		}
	}
	return "", false
}

func (l *Loaded) check() error {
	var faults []errs.Field
	add := func(name, msg string) {
		faults = append(faults, errs.Field{Name: name, Reason: "config.bad_value", Msg: msg})
	}
	if l.Database != "" && !strings.HasPrefix(l.Database, "postgres://") && !strings.HasPrefix(l.Database, "postgresql://") {
		add("database", "A database is postgres://…, or left out for SQLite in the data directory.")
	}
	if l.LedgerKey != "" && l.LedgerKeyFile != "" {
		add("ledger-key-file", "Give the ledger's key or its file, not both.")
	}
	if l.EvidenceLimit > evidenceMax {
		add("evidence-limit", "A piece of evidence is read into memory, so its limit is at most 1GiB.")
	}
	variables := map[string]string{}
	for _, name := range l.EnvironmentSecrets {
		v := SecretVariable(name)
		switch other, twice := variables[v]; {
		case !secretName.MatchString(name):
			add("environment-secrets", fmt.Sprintf("%q is no name of a secret: use letters, digits, hyphens and underscores, 100 at most.", name))
		case twice && other != name:
			add("environment-secrets", fmt.Sprintf("%s and %s would be the same variable, %s.", other, name, v))
		}
		variables[v] = name
	}
	if (l.MetricsListen != "") && !onLoopback(l.MetricsListen) {
		add("metrics-listen", "Figures and profiles are served on loopback only, for example at 127.0.0.1:9090.")
	}
	if l.SessionIdle > l.SessionLife {
		add("session-idle", "A session cannot idle longer than it lives.")
	}
	if l.Profiling && l.MetricsListen == "" {
		add("profiling", "Profiles are served at metrics-listen only; give that too.")
	}
	if len(l.CommandDirectories) > 0 && !l.Commands {
		add("command-directories", "Commands are not enabled; set commands too.")
	}
	if len(faults) > 0 {
		return errs.Invalid("config.invalid", "The configuration cannot be used.").With(faults...)
	}
	return nil
}

// evidenceMax is the greatest limit of evidence in bytes.
const evidenceMax = 1 << 30

var secretName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// takeSecrets keeps the secrets that are named, and notes variables of secrets that nothing names.
func (l *Loaded) takeSecrets(env map[string]string) (notes []string) {
	named := map[string]bool{}
	for _, name := range l.EnvironmentSecrets {
		named[SecretVariable(name)] = true
	}
	l.secrets = map[string]string{}
	for variable, value := range env {
		switch {
		case !strings.HasPrefix(variable, SecretPrefix):
		case named[variable]:
			l.secrets[variable] = value
		default:
			notes = append(notes, fmt.Sprintf("The variable %s is set, but environment-secrets does not name its secret, so no runbook gets it.", variable))
		}
	}
	slices.Sort(notes)
	return notes
}

// others are variables with our prefix that are not options of the server.
var others = []string{"SLIPWAY_URL", "SLIPWAY_TOKEN", "SLIPWAY_CONFIG"}

// misspelt finds variables near an option's. Platforms set unrelated ones with our prefix, so the rest is passed over.
func misspelt(env map[string]string) []string {
	known := slices.Clone(others)
	t := reflect.TypeFor[Config]()
	for i := range t.NumField() {
		known = append(known, Variable(t.Field(i).Tag.Get("name")))
	}
	var notes []string
	for name := range env {
		if slices.Contains(known, name) || strings.HasPrefix(name, "SLIPWAY_TEST_") || strings.HasPrefix(name, SecretPrefix) {
			continue
		}
		if near := strict.Nearest(strings.TrimPrefix(name, Prefix), trimmed(known)); near != "" {
			notes = append(notes, fmt.Sprintf("The variable %s is no option. Did you mean %s?", name, Prefix+near))
		}
	}
	slices.Sort(notes)
	return notes
}

func trimmed(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.TrimPrefix(n, Prefix)
	}
	return out
}

// Source says where the effective value of an option comes from: flag, environment, the file's name, or default.
func (l Loaded) Source(option string) string {
	for _, v := range l.Values {
		if v.Name == option {
			return v.Source
		}
	}
	return ""
}
