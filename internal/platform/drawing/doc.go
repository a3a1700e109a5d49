// Package drawing arranges a directed graph in layers: which rank a node has, in which order the nodes of a rank stand, where
// they stand, and how the edges run between them without touching a node that is not theirs.
//
// It follows Sugiyama, Tagawa, Toda, "Methods for Visual Understanding of Hierarchical System Structures" (1981) in its
// steps, Gansner, Koutsofios, North, Vo, "A Technique for Drawing Directed Graphs" (1993) for ranks, medians and
// transposition, Barth, Jünger, Mutzel, "Simple and Efficient Bilayer Cross Counting" (2002) for the crossings, and Brandes,
// Köpf, "Fast and Simple Horizontal Coordinate Assignment" (2001) for the coordinates.
//
// The same graph gives the same picture on every machine. It is a pure function: it knows nothing of what nodes mean, of
// colours (the caller names classes) or of pages.
package drawing
