// Package id makes and reads identifiers: UUIDv7 (RFC 9562) as text, typed by what they name so that a person cannot be
// passed for a product. An area declares its own types (`type ID string`); the ones that cross areas are declared here.
package id
