package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/strict"
)

// parse reads the text of an option. Its errors are sentences for the operator.
func parse(f reflect.Value, tag reflect.StructTag, s string) error {
	switch p := f.Addr().Interface().(type) {
	case *string:
		if allowed := tag.Get("enum"); allowed != "" && !slices.Contains(strings.Split(allowed, ","), s) {
			list := strings.Split(allowed, ",")
			hint := ""
			if near := strict.Nearest(s, list); near != "" {
				hint = fmt.Sprintf(" Did you mean %q?", near)
			}
			return errs.Invalid("config.bad_value", "%q is none of %s.%s", s, strings.Join(list, ", "), hint)
		}
		*p = s
	case *bool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return errs.Invalid("config.bad_value", "%q is neither true nor false.", s)
		}
		*p = b
	case *time.Duration:
		d, err := time.ParseDuration(s)
		if err != nil || d <= 0 {
			return errs.Invalid("config.bad_value", "%q is not a length of time, for example 20s, 15m or 12h.", s)
		}
		*p = d
	case *int64:
		n, err := size(s)
		if err != nil {
			return err
		}
		*p = n
	case **time.Location:
		z, err := time.LoadLocation(s)
		if err != nil || s == "" || s == "Local" {
			return errs.Invalid("config.bad_value", "%q is not an IANA zone, for example Europe/London.", s)
		}
		*p = z
	case *[]string:
		*p = list(s)
	case *[]netip.Prefix:
		for _, part := range list(s) {
			n, err := network(part)
			if err != nil {
				return errs.Invalid("config.bad_value", "%q is neither an address nor a network, for example 10.0.0.0/8.", part)
			}
			*p = append(*p, n)
		}
	default:
		return fmt.Errorf("the type %s has no reader", f.Type())
	}
	return nil
}

func list(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func network(s string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), nil
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

var units = []struct {
	name  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}, {"", 1}}

const sizeMax = 1 << 40

func size(s string) (int64, error) {
	for _, u := range units {
		digits, ok := strings.CutSuffix(s, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err == nil && n > 0 && n <= sizeMax/u.bytes {
			return n * u.bytes, nil
		}
		break
	}
	return 0, errs.Invalid("config.bad_value", "%q is not a size, for example 32MiB.", s)
}

func show(s, how string) string {
	switch {
	case s == "":
		return ""
	case how == "secret":
		return "(set)"
	case how == "url":
		u, err := url.Parse(s)
		if err != nil {
			return "(set)"
		}
		q := u.Query()
		for name := range q {
			if n := strings.ToLower(name); strings.Contains(n, "password") || strings.Contains(n, "secret") {
				q.Set(name, "xxxxx")
			}
		}
		u.RawQuery = q.Encode()
		return u.Redacted()
	}
	return s
}
