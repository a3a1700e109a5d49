package dial

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"

	"slipway/internal/errs"
)

// Redirects is how many redirects of one call are followed.
const Redirects = 3

// Dialer makes connections to the outside. It is safe for concurrent use.
type Dialer struct {
	hosts map[string]bool
	nets  []netip.Prefix
	http  *http.Client
}

// New returns a dialer that reaches public addresses and, beside them, what is allowed: host names, addresses, and networks
// such as 10.2.0.0/16; a host may carry a port. It fails with errs.Invalid for what is none of these.
func New(allow ...string) (*Dialer, error) {
	d := &Dialer{hosts: map[string]bool{}}
	for _, a := range allow {
		a = strings.ToLower(strings.TrimSpace(a))
		if p, err := netip.ParsePrefix(a); err == nil {
			d.nets = append(d.nets, p.Masked())
			continue
		}
		if ip, err := netip.ParseAddr(strings.Trim(a, "[]")); err == nil {
			d.nets = append(d.nets, netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()))
			continue
		}
		host := a
		if h, port, err := net.SplitHostPort(a); err == nil {
			if _, err := strconv.ParseUint(port, 10, 16); err == nil {
				host = h
			}
		}
		if host == "" || strings.ContainsAny(host, "/:@ *") {
			return nil, errs.InvalidField("allow-calls", "dial.allow_malformed", "%.100q is not a host, an address or a network.", a)
		}
		d.hosts[a] = true
	}
	t := &http.Transport{
		DialContext:           d.dial,
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   64,
		MaxIdleConns:          256,
		IdleConnTimeout:       30 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
	d.http = &http.Client{Transport: t, CheckRedirect: redirect}
	return d, nil
}

// redirect follows within the same scheme or up to https, and drops headers that speak of the caller when the host changes.
func redirect(r *http.Request, via []*http.Request) error {
	last := via[len(via)-1]
	switch {
	case len(via) > Redirects:
		return errs.Blocked("dial.redirects", "The answer redirects more than %d times.", Redirects)
	case last.URL.Scheme == "https" && r.URL.Scheme != "https":
		return errs.Blocked("dial.redirect_plain", "The answer redirects from https to http.")
	case last.Method != http.MethodGet && last.Method != http.MethodHead:
		return http.ErrUseLastResponse // a redirected POST may become a GET: the caller sees the redirect itself
	}
	if r.URL.Host != via[0].URL.Host {
		// Any header may be a secret; what the standard library keeps is more than it should.
		r.Header = http.Header{"Accept": r.Header["Accept"], "User-Agent": r.Header["User-Agent"]} //nolint:gosec // this drops the headers that could be secret
	}
	return nil
}

func (d *Dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	listed := d.hosts[strings.ToLower(host)] || d.hosts[strings.ToLower(address)]
	nd := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	nd.ControlContext = func(_ context.Context, _, resolved string, _ syscall.RawConn) error {
		if listed {
			return nil
		}
		ap, err := netip.ParseAddrPort(resolved)
		if err != nil {
			return err
		}
		if a := ap.Addr().Unmap().WithZone(""); special(a) && !within(a, d.nets) {
			return errs.Blocked("dial.private_range", "%s lies in a private range, %s. List the host under allow-calls in the configuration to allow it.", host, a)
		}
		return nil
	}
	return nd.DialContext(ctx, network, address)
}

func within(a netip.Addr, nets []netip.Prefix) bool {
	for _, p := range nets {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// reserved are ranges that no public service lives in, beyond those that package netip names (IANA special-purpose
// registries, RFC 6890 and its updates).
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
}

func special(a netip.Addr) bool {
	return !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || within(a, reserved)
}

// refusal finds our own refusal inside what the HTTP client wraps.
func refusal(err error) (*errs.Error, bool) {
	var e *errs.Error
	ok := errors.As(err, &e)
	return e, ok
}
