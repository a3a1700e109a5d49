// Package dependencies is the pages of what depends on what: the map with its list, a dependency, and the forms that
// record, change, answer and withdraw one.
package dependencies
