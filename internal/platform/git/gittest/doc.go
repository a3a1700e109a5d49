// Package gittest makes real Git repositories for tests.
package gittest
