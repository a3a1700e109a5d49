// Package console is the page of one run: what it waits for, its figures, its timeline, its steps with the opened one and its log,
// and every order that a person can give.
package console
