// Package plantest makes products, services, environments, templates and releases for tests, with the real services.
package plantest
