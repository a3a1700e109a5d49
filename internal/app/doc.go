// Package app puts Slipway together: configuration, database, ledger, jobs, the areas over them, their routes, and the
// server. It is the only package that knows everyone, and holds no rule of the product itself.
package app
