package periodpage

import (
	"context"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendarweb/frame"
)

type pages struct{ *frame.Frame }

// Mount adds the pages to the site.
func Mount(f *frame.Frame) {
	p := pages{f}
	for _, k := range []calendar.Kind{calendar.Window, calendar.Freeze, calendar.Busy} {
		at, edit := frame.Periods(k), string(k)+".edit"
		f.Site.Handle("GET "+at+"/new", edit, p.ask(k))
		f.Site.Handle("POST "+at+"/new", edit, p.add(k))
		f.Site.Handle("GET "+at+"/{ref}", "calendar.read", p.show(k))
		f.Site.Handle("GET "+at+"/{ref}/edit", edit, p.askChange(k))
		f.Site.Handle("POST "+at+"/{ref}/edit", edit, p.change(k))
		f.Site.Handle("POST "+at+"/{ref}/withdraw", edit, p.withdraw(k))
	}
	f.Site.Handle("POST /calendar/freezes/{ref}/permits", "freeze.permit", p.permit)
	f.Site.Handle("POST /calendar/freezes/{ref}/permits/{permit}/withdraw", "freeze.permit", p.unpermit)
}

// mayNot says why the caller may not edit periods of a kind, "" if they may.
func (p pages) mayNot(ctx context.Context, k calendar.Kind) (string, error) {
	return p.MayNot(ctx, string(k)+".edit", "only release managers publish "+frame.Noun(k)+"s.")
}
