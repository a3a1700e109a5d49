// Package clash finds the ways in which plans for a time do not go together and keeps them: a service, environment, item, person
// or window claimed twice, dependants out of order, closed time, people who are away, harm at the busiest time. Every hit is kept,
// found in the transaction of the write that made it, and stays until a write undoes it; a serious one is accepted by name or
// resolved. It also offers times that are free of all of them.
//
// It does not decide who books what (package booking) nor whether a deployment may go (area clearance).
package clash
