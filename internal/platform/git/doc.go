// Package git reads the history of repositories with the git command line: it keeps bare mirrors in a directory of the server,
// brings them up to date, and lists commits between two points. Nothing in a repository is trusted: no hook, alias, pager,
// credential helper, submodule or setting of the machine or of the other side takes part, objects are checked as they arrive,
// names that people give cannot be options, and time, bytes and lines are bounded. Everything that git sends passes a proxy of
// ours, which refuses private addresses as every other call of the server does.
//
// It does not know what commits are for.
package git
