// Package junit reads test reports in JUnit's XML as the tools in use write them (gotestsum, Maven Surefire, Gradle, pytest, Jest, JUnit 5,
// PHPUnit, GoogleTest) and counts what happened. It reads a stream in bounded memory, whatever the stream is. It does not know
// criteria, thresholds or where a report is kept.
//
// # Why an own reader
//
// joshdk/go-junit 1.0.0 was run on small hostile inputs and its source was read. It builds the whole document as a tree in which each element
// holds its inner XML once more: 97 KB of text under 10, 100 and 1,000 nested suites allocated 2, 21 and 221 MB. It sets no limit. It
// wraps the input in a root of its own, so that a web page and an empty file are empty reports without a fault, and it skips a
// document type silently. It refuses the &#27; that Surefire writes for terminal colours, and ISO-8859-1. It knows neither
// flaky nor rerun elements. encoding/xml underneath buffers any run of text, and its bare tokens cost about nine times this reader: 0.9
// against 0.1 ms for 100 tests in 50 KB. A reader of the small part of XML that reports use is shorter than the guards around both.
//
// # What counts
//
//   - One testcase element counts once: error before failure before skipped. A test that a tool lists again after a rerun counts
//     as often as it is listed; its failure stays.
//   - flakyFailure and flakyError mean that the test passed in the end; rerunFailure and rerunError accompany a failure that stays.
//   - A failure or error directly under a suite (a suite that could not start) counts, without a test.
//   - Counted numbers rule. Declared totals that differ from them become warnings.
//   - The duration is the root's declared time, else the sum of the outermost suites', else that of the cases.
//
// # What is refused
//
// Document type declarations and with them every entity but XML's five, NUL, invalid UTF-8, encodings other than UTF-8,
// UTF-16 with its mark, US-ASCII, ISO-8859-1 and Windows-1252, more bytes, depth, attributes, names or cases than Limits allow, XML that is not
// well formed, and documents whose root is neither testsuites nor testsuite. Every refusal names the element and line. Control characters that XML
// forbids and real tools write nevertheless are replaced by U+FFFD in what is kept.
package junit
