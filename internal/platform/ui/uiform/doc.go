// Package uiform holds the fields of forms that are made of several of package ui's: the choice of any number of things.
package uiform
