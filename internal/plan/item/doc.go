// Package item keeps the parts of a release: phases, milestones, deliverables and scope items, what is signed of each, and how
// they change. It knows the release that they belong to and the template that they come from; the root checks the rights.
package item
