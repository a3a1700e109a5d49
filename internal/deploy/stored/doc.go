// Package stored keeps runs in the database: what a run was started with, the state that the engine gave it, and what was
// said about it. It does not know what moves a run on. Other areas reach it through the root, which hands its types on.
package stored
