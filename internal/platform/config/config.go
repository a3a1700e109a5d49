package config

import (
	"net/netip"
	"strings"
	"time"
)

// Config holds the effective values. Each field's tag names the option: the flag --NAME, the variable SLIPWAY_NAME with
// underscores, the line NAME of the file.
type Config struct {
	Data     string `name:"data" default:"slipway-data"`
	Listen   string `name:"listen" default:"127.0.0.1:8080"`
	Database string `name:"database" shown:"url"`

	PublicURL      string         `name:"public-url"`
	TLSCert        string         `name:"tls-cert"`
	TLSKey         string         `name:"tls-key"`
	TrustedProxies []netip.Prefix `name:"trusted-proxies"`
	StopWithin     time.Duration  `name:"stop-within" default:"20s"`

	LedgerKeyFile string `name:"ledger-key-file"`
	LedgerKey     string `name:"ledger-key" shown:"secret"`
	AdminToken    string `name:"admin-token" shown:"secret"`

	SessionIdle time.Duration `name:"session-idle" default:"12h"`
	SessionLife time.Duration `name:"session-life" default:"168h"`

	Commands           bool     `name:"commands" default:"false"`
	CommandDirectories []string `name:"command-directories"`
	AllowCalls         []string `name:"allow-calls"`
	Secrets            string   `name:"secrets"`
	EnvironmentSecrets []string `name:"environment-secrets"`

	EvidenceLimit int64          `name:"evidence-limit" default:"32MiB"`
	Zone          *time.Location `name:"zone" default:"UTC"`

	LogLevel  string `name:"log-level" default:"info" enum:"debug,info,warn,error"`
	LogFormat string `name:"log-format" default:"text" enum:"text,json"`

	MetricsToken  string `name:"metrics-token" shown:"secret"`
	MetricsListen string `name:"metrics-listen"`
	Profiling     bool   `name:"profiling" default:"false"`
}

// Settings are options as they are written, in flags or in the file; what is absent is nil. The command line embeds it.
// Secrets are in neither, since both are read by more people than the environment.
type Settings struct {
	Data     *string `name:"data" yaml:"data" placeholder:"DIR" help:"Directory of the database, the ledger's key and the last checkpoint (slipway-data)."`
	Listen   *string `name:"listen" yaml:"listen" placeholder:"ADDR" help:"Address to listen on, host and port (127.0.0.1:8080). Beyond loopback it needs TLS or a trusted proxy."`
	Database *string `name:"database" yaml:"database" placeholder:"URL" help:"PostgreSQL (postgres://…); without it SQLite in the data directory."`

	PublicURL      *string  `name:"public-url" yaml:"public-url" placeholder:"URL" help:"Address that browsers see, scheme and host, for links and behind a proxy."`
	TLSCert        *string  `name:"tls-cert" yaml:"tls-cert" placeholder:"FILE" help:"Certificate chain (PEM)."`
	TLSKey         *string  `name:"tls-key" yaml:"tls-key" placeholder:"FILE" help:"Key of the certificate (PEM)."`
	TrustedProxies []string `name:"trusted-proxies" yaml:"trusted-proxies" placeholder:"NET" help:"Addresses or networks of reverse proxies that may say who calls and that the caller used https."`
	StopWithin     *string  `name:"stop-within" yaml:"stop-within" placeholder:"TIME" help:"How long running requests may take when the server stops (20s)."`

	LedgerKeyFile *string `name:"ledger-key-file" yaml:"ledger-key-file" placeholder:"FILE" help:"Signing key of the ledger; made beside the database if absent. Replicas share one."`
	LedgerKey     *string `name:"ledger-key" yaml:"-" kong:"-" help:"The key itself, from the environment (SLIPWAY_LEDGER_KEY)."`
	AdminToken    *string `name:"admin-token" yaml:"-" kong:"-" help:"Token of the first administrator, taken at the first start only (SLIPWAY_ADMIN_TOKEN)."`

	SessionIdle *string `name:"session-idle" yaml:"session-idle" placeholder:"TIME" help:"A session ends after this time without a request (12h)."`
	SessionLife *string `name:"session-life" yaml:"session-life" placeholder:"TIME" help:"A session ends after this time in any case (168h)."`

	Commands           *bool    `name:"commands" yaml:"commands" help:"Let runbooks run commands on this machine (no)."`
	CommandDirectories []string `name:"command-directories" yaml:"command-directories" placeholder:"DIR" help:"Directories in which such commands may work; none if empty."`
	AllowCalls         []string `name:"allow-calls" yaml:"allow-calls" placeholder:"HOST" help:"Hosts, addresses or networks inside private ranges that webhooks and steps may call."`
	Secrets            *string  `name:"secrets" yaml:"secrets" placeholder:"DIR" help:"Directory with the secrets of runbooks, one file each, named as runbooks name them."`
	EnvironmentSecrets []string `name:"environment-secrets" yaml:"environment-secrets" placeholder:"NAME" help:"Secrets of runbooks that come from the environment, as SLIPWAY_SECRET_NAME."`

	EvidenceLimit *string `name:"evidence-limit" yaml:"evidence-limit" placeholder:"SIZE" help:"Greatest piece of evidence that is taken (32MiB); at most 1GiB. It is read into memory."`
	Zone          *string `name:"zone" yaml:"zone" placeholder:"ZONE" help:"IANA zone in which pages show times to people without one of their own (UTC)."`

	LogLevel  *string `name:"log-level" yaml:"log-level" placeholder:"LEVEL" help:"debug, info, warn or error (info)."`
	LogFormat *string `name:"log-format" yaml:"log-format" placeholder:"FORMAT" help:"text or json (text)."`

	MetricsToken  *string `name:"metrics-token" yaml:"-" kong:"-" help:"Bearer token that /metrics asks for (SLIPWAY_METRICS_TOKEN)."`
	MetricsListen *string `name:"metrics-listen" yaml:"metrics-listen" placeholder:"ADDR" help:"Separate loopback address for /metrics and profiling."`
	Profiling     *bool   `name:"profiling" yaml:"profiling" help:"Serve Go profiles at the metrics address (no)."`
}

// SecretPrefix begins the variables of the secrets of runbooks.
const SecretPrefix = Prefix + "SECRET_"

// SecretVariable returns the name of the variable that holds a secret of runbooks.
func SecretVariable(secret string) string {
	return SecretPrefix + strings.ToUpper(strings.ReplaceAll(secret, "-", "_"))
}

// Value is one effective value as it may be shown.
type Value struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Source string `json:"source"` // flag, environment, the file's name, or default
}
