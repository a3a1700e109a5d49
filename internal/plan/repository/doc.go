// Package repository knows the Git repositories of products and services, keeps a bare mirror of each in the server's data
// directory, and holds the commits between what runs and what a release carries against its scope items: which commit belongs to
// which item, which to none, and which items have no commit.
//
// It knows neither branches nor builds, and reads nothing of a repository but its history.
package repository
