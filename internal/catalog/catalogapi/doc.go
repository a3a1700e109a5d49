// Package catalogapi is the catalog's operations: products, services, environments, deployments, bars and the matrix.
package catalogapi
