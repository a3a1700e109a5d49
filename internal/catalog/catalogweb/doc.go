// Package catalogweb is the pages of the catalog: what runs where with its drift, two environments compared, what changed
// in one since an instant, a service with its deployments and barred versions, and the administration of products,
// services and environments.
//
// It knows nothing of releases but their identifiers; their names come through Options.
package catalogweb
