// Package planapi is the area's operations: releases with their manifest, scope, milestones, deliverables and phases, what
// moves them from state to state, and the templates they are made from.
package planapi
