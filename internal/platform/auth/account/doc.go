// Package account puts the parts of auth together: rights, the directory of people, credentials and signing in. The
// application makes one Service; pages, operations and tests speak to it. It adds nothing of its own.
package account
