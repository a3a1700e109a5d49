// Package files draws the page that takes a plan over from another tool's file and offers it in other tools' forms. It knows nothing
// of the formats.
package files
