// Package riverschema brings River's own tables to the version that this binary uses. It is apart from package job so that
// what only prepares a database does not bring the queue with it. It knows none of our tables.
package riverschema
