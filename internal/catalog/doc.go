// Package catalog knows what exists: products, the services they own, the environments where versions run, what runs
// where by recorded deployments, and the versions that are barred.
//
// It knows nothing of releases or calendars; a deployment carries the identifier of the release that caused it as an
// opaque word.
package catalog
