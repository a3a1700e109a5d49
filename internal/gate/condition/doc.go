// Package condition compiles and evaluates the CEL conditions that criteria put to posted facts, such as
// `fact.p99_ms <= 400 && fact.load >= 2.0`. It knows neither criteria nor evidence nor where a fact came from: an expression
// and a JSON document go in; yes, no or a reason comes out.
//
// # The model
//
// One variable is declared: fact, the JSON document. Objects are maps, arrays lists, null is null. The standard functions and macros of CEL are there
// (has, all, exists, exists_one, filter, map, matches, size, timestamp, duration and the rest); no extension library is, and nothing that
// reads a clock: the same fact always gives the same answer.
//
// # Numbers
//
// A JSON number without fraction and exponent that fits 64 bits with sign is an int; every other one is a double. 2 is an int, 2.0 and 2e0 are
// doubles. Comparisons mix both: fact.n <= 400 holds for 399.5. Arithmetic does not mix them, as CEL has it: write double(fact.n) * 1.5.
//
// # What is refused
//
// Expressions longer than MaxExpression, nested deeper than MaxNesting, with comprehensions nested more than two deep, that are not of type
// bool, with an invalid regular expression or time literal; facts larger or deeper than the limits, with a key twice, NUL in a key or invalid UTF-8. An evaluation
// stops at the cost limit (deterministic, the same on every machine) or when its context ends.
package condition
