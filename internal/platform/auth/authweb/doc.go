// Package authweb is auth's pages: sign-in, first run, invitation, the administration of people, teams, roles and tokens,
// and one's own profile. Every form works without script.
package authweb
