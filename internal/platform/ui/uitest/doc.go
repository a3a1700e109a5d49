// Package uitest is the harness with which every area tests its pages: a real browser shared by a test binary, axe-core in
// both colour schemes and at two widths, pictures, and assertions on rendered HTML by CSS selector.
//
// Browser tests are skipped with a reason where no browser is installed. With SLIPWAY_TEST_REQUIRE naming "browser" that is
// a failure. SLIPWAY_SHOTS names a directory to which every Shot is written; SLIPWAY_BROWSER names the program to use.
//
// axe.min.js is axe-core 4.14.1 (Mozilla Public License 2.0); it is used by tests only and is in no binary.
package uitest
