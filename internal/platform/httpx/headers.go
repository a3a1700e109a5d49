package httpx

import (
	"maps"
	"net/http"
)

// Policy is the content security policy of every page: everything from here, nothing inline but the numbers that
// components pass to their style sheets.
const Policy = "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self'; " +
	"font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// fixed are the headers that every answer begins with, by their canonical names. The lists are shared by all answers:
// setting, adding and deleting leaves them as they are, since each is full.
var fixed = http.Header{
	"Content-Security-Policy":      {Policy},
	"X-Content-Type-Options":       {"nosniff"},
	"X-Frame-Options":              {"DENY"},
	"Referrer-Policy":              {"same-origin"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Permissions-Policy":           {"camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
	"Cache-Control":                {"no-store"},
	"Vary":                         {"Accept-Encoding"},
}

func secure(h http.Header, encrypted bool) {
	maps.Copy(h, fixed)
	if encrypted {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}
