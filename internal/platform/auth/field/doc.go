// Package field holds what a name, a text, an e-mail address, a zone or a scope of people, teams, roles and tokens must look
// like, each as a check that fails with errs.Invalid naming the field.
package field
