// Package secret gives runbooks the secrets of the installation, by name: values that the environment of the server holds,
// and files of one directory. It keeps nothing: a file is read whenever a step needs it, so that one that was replaced
// counts at once.
//
// It does not know what secrets are for, and says their names only.
package secret
