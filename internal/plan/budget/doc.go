// Package budget keeps what a release was to cost and what it costs: lines of effort in minutes of work and of cost in minor
// units of a currency, planned and actual, with the variance of both. It knows no tasks: effort that they say was spent is asked
// of those who keep them.
package budget
