// Package exchange takes the tasks of a release over from other tools' files and hands them on: spreadsheets, Microsoft
// Project's XML, JSON. An import is one change: everything fits and is saved, or nothing is.
//
// The formats are read and written by work/planfile. What a task may say is judged by the root.
package exchange
