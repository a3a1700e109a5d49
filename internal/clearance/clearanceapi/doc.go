// Package clearanceapi is the operations of may-deploy: the question, recorded answers and overrides.
package clearanceapi
