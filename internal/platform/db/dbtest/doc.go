// Package dbtest gives each test a migrated database of its own on both engines: a copied file on SQLite, a database
// cloned from a template on PostgreSQL. It knows no area.
package dbtest
