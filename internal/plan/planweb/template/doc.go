// Package template is the pages of the templates of releases: the list, one with everything it brings and its versions, and
// the form in which a template is written as its YAML document.
package template
