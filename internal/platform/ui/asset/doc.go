// Package asset holds the files that every page needs (style sheet, fonts, icons, scripts), embedded into the binary,
// and serves them under addresses that carry a digest of their content, so that a browser keeps them for good and a new
// binary never meets an old style sheet. It knows nothing of pages.
package asset
