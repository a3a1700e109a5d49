// Package drive carries out the attempts of runs in one process: it makes the calls, runs and watches the commands, gathers
// their logs, renews leases, and wakes what is due. What is true stands in the database behind Store; a driver that dies
// loses nothing.
//
// It does not know what a run is, what follows an outcome, or how anything is stored.
package drive
