package catalog

// The entries of the catalog.
const (
	ProductAdded       = "product.added"
	ProductChanged     = "product.changed"
	ServiceAdded       = "service.added"
	ServiceChanged     = "service.changed"
	EnvironmentAdded   = "environment.added"
	EnvironmentChanged = "environment.changed"
	DeploymentRecorded = "deployment.recorded"
	VersionBarred      = "version.barred"
	VersionLifted      = "version.lifted"
)
