// Package resource is who and what can do the work, and when: working time of people, teams and environments, holidays,
// days away, skills, deputies, and who leads a team.
//
// Why somebody is away is told to themselves and to those who answer for them; to everybody else they are away.
//
// The package knows nothing of demand, and nothing of feeds: what it needs of them it declares in Options.
package resource
