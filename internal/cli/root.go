package cli

// root is the grammar. A noun adds one line under "Nouns".
type root struct {
	Output string `short:"o" enum:"table,json" default:"table" help:"How to print: table or json."`
	Server string `name:"server" placeholder:"URL" help:"Address of the server; SLIPWAY_URL, or http://127.0.0.1:8080, without it."`
	// The token is read from SLIPWAY_TOKEN only, since the arguments of a process are visible to everyone on its machine.

	Version versionCommand `cmd:"" help:"Print the version of this binary."`
	Config  configCommand  `cmd:"" help:"Print the server's effective configuration, without secrets, and where each value comes from."`

	// Nouns
}
