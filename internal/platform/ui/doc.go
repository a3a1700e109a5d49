// Package ui holds the shell, the components and the formatters that every page is made of, exactly as the design defines
// them. It knows nothing of the business: words, states, addresses and navigation entries are given by the caller, and no
// area brings colours of its own.
//
// A handler builds a Page (usually one function of the application fills everything but title and body) and answers with
//
//	return page.Render(w, r, http.StatusOK, body)
//
// which writes the whole shell, or the body alone when htmx asks for a part (Partial). RenderBare is for pages without
// navigation, RenderPart for targets that are no page. Headers carries the content security policy CSP: no inline script,
// no inline handler, no style sheet but ours.
//
// # Words and signs
//
// State (Go, GoIf, Hold, NoGo, Live, Wait, Skip, Freeze, Now) is shape, word and colour at once: Shape, Status, Pill, Plate.
// Icon, Tag, Pulse, LoadLine. Person with Avatar, Who, WhoFirst, Avatars. Formatters: Date, LongDate, Clock, Near, Instant,
// Period, TMinus, TMinusSeconds, Duration, Age, In, Offset, Number, Decimal, Plural, List, Bytes, Digest.
//
// # Layout
//
// PageHead, ReleaseHeader, Crumbs, TMinusBox, Tabs, Seg, Rail, CardBox, Columns, Stack, More, Facts, TableBox with GroupRow,
// Main and Evidence, Rows with RowItem, PagerFoot, FilterBar with FilterSelect, Chip and StateChip, Empty, Notice,
// NoticeWith, DialogBox, ToastBox, SignIn, Solo.
//
// # Forms
//
// Field with InputField, TextField, TextArea, SelectField, DateField, DateTimeField, RadioField and CheckField; Errors from
// ErrorsOf(err) fills Field.Err; FormError stands above. Btn, PostButton, Buttons; Button.Why switches a control off and
// says the reason beside it. InPlace sends a form by htmx; SendToast and Redirect answer one that worked.
//
// # What the scripts find
//
// data-dialog="id" opens a dialog, data-close closes it, data-open opens it at load; data-confirm-text with data-enables
// guards what cannot be undone; data-rows lets j and k walk; data-new is what n does; data-go="r" is opened by g r;
// data-acts goes off without a connection; data-count, data-up, data-until and data-clock tick; data-scroll-to opens a
// scroller at now; data-autosubmit sends a filter form when a choice changes. Everything works without them.
//
// # Packages beside
//
// asset (files and their addresses), draw (SVG), uifigure (tiles, charts, heat map, timelines, logs, scrollers), uiverdict (verdict, poll,
// differences, approvals, evidence), uiform (the choice of many), uiproblem (errors as pages), live (server-sent events), uitest (browser, axe and DOM tests), gallery
// (every component on a page, for tests).
package ui
