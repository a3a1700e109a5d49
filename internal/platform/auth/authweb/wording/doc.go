// Package wording puts zones and devices into the words of pages. It reads nothing.
package wording
