// Package config is what an operator may set of a server: from flags, before the environment (SLIPWAY_*), before a YAML
// file, before defaults. It knows the values and where each came from, and hides secrets when it tells them. It knows
// nothing of what the values do.
package config
