// Package view is what the pages of decideweb share: for whom and when a page is drawn, names of people, differences and the
// content of a section in words.
package view
