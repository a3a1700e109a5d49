// Package planfile reads and writes the tasks of a plan as other tools keep them: comma-separated values, Excel workbooks
// (Office Open XML, ISO/IEC 29500) and Microsoft Project's XML (MSPDI, as Microsoft's "Introduction to Project XML Data" describes it).
//
// All of them go through one neutral Plan, whose tasks say where in the file they stand. What is read is bounded in size, depth and
// number, formulas are never evaluated, and entities and document types are refused. It knows nothing of releases, people and
// permissions: owners and phases are the words that the file has.
package planfile
