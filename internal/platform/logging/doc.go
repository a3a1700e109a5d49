// Package logging makes the server's logger: text or JSON, each record with the identity of its request, secrets blanked
// by the name of their attribute. Areas do not log; they return errors.
package logging
