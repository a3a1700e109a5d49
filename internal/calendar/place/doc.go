// Package place reads where releases go: every service of the manifest in every environment, as the scopes of windows and
// freezes see it. It knows no windows and freezes, and checks no permission.
package place
