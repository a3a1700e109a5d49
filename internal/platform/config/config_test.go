package config_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/config"
)

func file(t *testing.T, s string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "slipway.yaml")
	if err := os.WriteFile(p, []byte(s), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// Both structs and the tags of each name the same options.
func TestOptionsAgree(t *testing.T) {
	c, s := reflect.TypeFor[config.Config](), reflect.TypeFor[config.Settings]()
	if c.NumField() != s.NumField() {
		t.Fatalf("%d values, %d settings", c.NumField(), s.NumField())
	}
	for i := range c.NumField() {
		a, b := c.Field(i), s.Field(i)
		if a.Name != b.Name || a.Tag.Get("name") == "" || a.Tag.Get("name") != b.Tag.Get("name") || b.Tag.Get("help") == "" {
			t.Errorf("%s and %s differ", a.Name, b.Name)
		}
		secret := a.Tag.Get("shown") == "secret"
		if y := b.Tag.Get("yaml"); secret && (y != "-" || b.Tag.Get("kong") != "-") || !secret && y != a.Tag.Get("name") {
			t.Errorf("%s is %q in the file", a.Name, y)
		}
	}
}

func TestPrecedence(t *testing.T) {
	p := file(t, "listen: 127.0.0.1:1\ndata: from-file\nzone: Europe/London\ntrusted-proxies: [10.0.0.0/8, 192.168.1.7]\nsession-idle: 1h\ncommands: true\nevidence-limit: 64MiB\n")
	flag := "127.0.0.1:3"
	l, err := config.Load(config.Settings{Listen: &flag}, []string{"SLIPWAY_LISTEN=127.0.0.1:2", "SLIPWAY_DATA=from-env", "SLIPWAY_ZONE=", "HOME=/x", "SLIPWAY_COMMAND_DIRECTORIES=/a, /b"}, p)
	if err != nil {
		t.Fatal(err)
	}
	if l.Listen != flag || l.Data != "from-env" || l.Zone.String() != "Europe/London" || l.SessionIdle != time.Hour || l.SessionLife != 168*time.Hour || !l.Commands || l.EvidenceLimit != 64<<20 {
		t.Errorf("%+v", l.Config)
	}
	if len(l.TrustedProxies) != 2 || l.TrustedProxies[1].String() != "192.168.1.7/32" || len(l.CommandDirectories) != 2 || l.CommandDirectories[1] != "/b" {
		t.Errorf("%v %v", l.TrustedProxies, l.CommandDirectories)
	}
	for name, want := range map[string]string{"listen": "flag", "data": "environment", "zone": p, "log-level": "default"} {
		if got := l.Source(name); got != want {
			t.Errorf("%s comes from %s, want %s", name, got, want)
		}
	}
}

func TestSecretsAreHidden(t *testing.T) {
	l, err := config.Load(config.Settings{}, []string{
		"SLIPWAY_LEDGER_KEY=hush2", "SLIPWAY_ADMIN_TOKEN=hush3", "SLIPWAY_METRICS_TOKEN=hush4",
		"SLIPWAY_DATABASE=postgres://slipway:hush5@db.example.com/slipway?sslmode=require&sslpassword=hush6"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if l.LedgerKey != "hush2" || !strings.Contains(l.Database, "hush5") {
		t.Error("the values are not there")
	}
	for _, v := range l.Values {
		if strings.Contains(v.Value, "hush") {
			t.Errorf("%s shows %s", v.Name, v.Value)
		}
		if v.Name == "database" && !strings.Contains(v.Value, "db.example.com") {
			t.Errorf("the database is shown as %s", v.Value)
		}
	}
	if _, err := config.Load(config.Settings{}, nil, file(t, "ledger-key: hush\n")); err == nil {
		t.Error("a secret is taken from the file")
	}
}

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		env  []string
		file string
		says []string
	}{
		"unknown line":    {nil, "data: x\nlisen: y\n", []string{"lisen", `Did you mean "listen"?`, ":2:"}},
		"wrong type":      {nil, "listen: [a]\n", []string{"listen", ":1:"}},
		"bad value":       {nil, "data: x\n\nlog-level: inf\n", []string{`Did you mean "info"?`, ":3:"}},
		"bad variable":    {[]string{"SLIPWAY_SESSION_IDLE=soon"}, "", []string{"SLIPWAY_SESSION_IDLE", "not a length of time"}},
		"several":         {[]string{"SLIPWAY_SESSION_IDLE=soon", "SLIPWAY_ZONE=Mars/Base"}, "", []string{"SESSION_IDLE", "IANA zone"}},
		"bad network":     {[]string{"SLIPWAY_TRUSTED_PROXIES=10.0.0.0/99"}, "", []string{"neither an address nor a network"}},
		"bad size":        {[]string{"SLIPWAY_EVIDENCE_LIMIT=lots"}, "", []string{"not a size"}},
		"negative size":   {[]string{"SLIPWAY_EVIDENCE_LIMIT=-1MiB"}, "", []string{"not a size"}},
		"huge size":       {[]string{"SLIPWAY_EVIDENCE_LIMIT=9999999999GiB"}, "", []string{"not a size"}},
		"database":        {[]string{"SLIPWAY_DATABASE=mysql://x"}, "", []string{"postgres://"}},
		"two keys":        {[]string{"SLIPWAY_LEDGER_KEY=a", "SLIPWAY_LEDGER_KEY_FILE=b"}, "", []string{"not both"}},
		"evidence over":   {[]string{"SLIPWAY_EVIDENCE_LIMIT=2GiB"}, "", []string{"at most 1GiB"}},
		"secret's name":   {[]string{"SLIPWAY_ENVIRONMENT_SECRETS=../etc"}, "", []string{"no name of a secret"}},
		"secrets alike":   {[]string{"SLIPWAY_ENVIRONMENT_SECRETS=a-b,a_b"}, "", []string{"SLIPWAY_SECRET_A_B"}},
		"open metrics":    {[]string{"SLIPWAY_METRICS_LISTEN=0.0.0.0:9090"}, "", []string{"loopback only"}},
		"profiles":        {[]string{"SLIPWAY_PROFILING=true"}, "", []string{"metrics-listen"}},
		"idle over life":  {[]string{"SLIPWAY_SESSION_IDLE=200h"}, "", []string{"cannot idle longer"}},
		"dirs without":    {[]string{"SLIPWAY_COMMAND_DIRECTORIES=/a"}, "", []string{"not enabled"}},
		"alias bomb":      {nil, "data: &a x\nlisten: *a\n", []string{":1:"}},
		"second document": {nil, "data: x\n---\ndata: y\n", []string{"second document"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := ""
			if c.file != "" {
				path = file(t, c.file)
			}
			_, err := config.Load(config.Settings{}, c.env, path)
			if !errs.Is(err, errs.CodeInvalid) {
				t.Fatalf("%v", err)
			}
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("%q does not say %q", err, s)
				}
			}
		})
	}
	if _, err := config.Load(config.Settings{}, nil, "/does/not/exist.yaml"); !strings.Contains(err.Error(), "does not exist") {
		t.Error(err)
	}
}

func TestMisspeltVariable(t *testing.T) {
	l, err := config.Load(config.Settings{}, []string{"SLIPWAY_LISTN=x", "SLIPWAY_SERVICE_HOST=10.0.0.1", "SLIPWAY_TEST_POSTGRES=x", "SLIPWAY_TOKEN=x"}, "")
	if err != nil || len(l.Notes) != 1 || !strings.Contains(l.Notes[0], "SLIPWAY_LISTEN") {
		t.Errorf("%q %v", l.Notes, err)
	}
}

func TestSecretsOfRunbooks(t *testing.T) {
	l, err := config.Load(config.Settings{}, []string{"SLIPWAY_ENVIRONMENT_SECRETS=router, db-password", "SLIPWAY_SECRET_DB_PASSWORD=hush-hush", "SLIPWAY_SECRET_OTHER=hush-other"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := l.Secret("db-password"); !ok || v != "hush-hush" {
		t.Errorf("%q %v", v, ok)
	}
	for _, name := range []string{"router", "other", "OTHER", "DB_PASSWORD"} {
		if _, ok := l.Secret(name); ok {
			t.Errorf("%s is given", name)
		}
	}
	if len(l.Notes) != 1 || !strings.Contains(l.Notes[0], "SLIPWAY_SECRET_OTHER") || strings.Contains(l.Notes[0], "hush") {
		t.Errorf("%q", l.Notes)
	}
	for _, v := range l.Values {
		if strings.Contains(v.Value, "hush") {
			t.Errorf("%s shows %s", v.Name, v.Value)
		}
	}
}
