// Package people keeps the directory: people, teams, further roles, and who holds which role where. It lets nobody give
// away rights they do not have, take over somebody with more rights than their own, or remove the last administrator.
//
// It does not know how somebody signs in; when a person stops, it ends their sessions and tokens through credential.
package people
