// Package resources is the pages of people and capacity: the weeks of teams, people, roles, tools and environments, one
// week with its causes and ways out, requests, a person's time and skills, and what stands behind the weeks.
package resources
