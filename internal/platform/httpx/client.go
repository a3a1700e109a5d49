package httpx

import (
	"net/http"
	"net/netip"
	"strings"
)

// forwarded are the headers in which proxies speak of the caller. From a peer that is no trusted proxy they are removed,
// so that nothing behind the chain can believe them.
var forwarded = []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Real-Ip", "Forwarded"}

// origin says who calls and whether the caller's own connection is encrypted. From behind trusted proxies the caller is
// the last address in X-Forwarded-For that is none of them.
func origin(r *http.Request, peer netip.Addr, trusted []netip.Prefix) (client netip.Addr, secure bool) {
	secure = r.TLS != nil
	if !within(peer, trusted) {
		for _, name := range forwarded {
			r.Header.Del(name)
		}
		return peer, secure
	}
	client = peer
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		a, ok := address(hops[i])
		if !ok {
			break
		}
		client = a
		if !within(a, trusted) {
			break
		}
	}
	protos := strings.Split(strings.Join(r.Header.Values("X-Forwarded-Proto"), ","), ",")
	if p := strings.TrimSpace(protos[len(protos)-1]); p != "" {
		secure = strings.EqualFold(p, "https")
	}
	return client, secure
}

func peerOf(remote string) netip.Addr {
	if ap, err := netip.ParseAddrPort(remote); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

// address reads one hop of X-Forwarded-For, with or without a port.
func address(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 64 {
		return netip.Addr{}, false
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone(""), true
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return a.Unmap().WithZone(""), err == nil
}

func within(a netip.Addr, list []netip.Prefix) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
