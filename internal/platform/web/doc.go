// Package web is the page door of Slipway: routes with a named permission, pages inside the shell that the application
// gives, the same block alone for htmx, forms read into structs, redirects with a toast, errors as pages.
//
// Every page works without script: a form posts, the answer is a redirect or the form again with status 422. Package web
// knows nothing of any area, of roles, or of how the shell looks.
package web
