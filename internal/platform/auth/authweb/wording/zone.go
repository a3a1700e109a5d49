package wording

import (
	"slices"
	"strings"

	"slipway/internal/platform/ui"
)

// common are the zones that forms offer; any IANA zone can be set by operation or command. Names, so no rule is kept here.
var common = []string{
	"UTC",
	"Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi",
	"America/Argentina/Buenos_Aires", "America/Bogota", "America/Chicago", "America/Denver", "America/Halifax", "America/Lima", "America/Los_Angeles",
	"America/Mexico_City", "America/New_York", "America/Phoenix", "America/Santiago", "America/Sao_Paulo", "America/Toronto", "America/Vancouver",
	"Asia/Bangkok", "Asia/Dhaka", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jerusalem", "Asia/Karachi", "Asia/Kolkata", "Asia/Kuala_Lumpur",
	"Asia/Manila", "Asia/Riyadh", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Taipei", "Asia/Tehran", "Asia/Tokyo",
	"Australia/Adelaide", "Australia/Brisbane", "Australia/Melbourne", "Australia/Perth", "Australia/Sydney",
	"Europe/Amsterdam", "Europe/Athens", "Europe/Belgrade", "Europe/Berlin", "Europe/Brussels", "Europe/Bucharest", "Europe/Budapest", "Europe/Copenhagen",
	"Europe/Dublin", "Europe/Helsinki", "Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/London", "Europe/Luxembourg", "Europe/Madrid",
	"Europe/Oslo", "Europe/Paris", "Europe/Prague", "Europe/Riga", "Europe/Rome", "Europe/Sofia", "Europe/Stockholm", "Europe/Tallinn",
	"Europe/Vienna", "Europe/Vilnius", "Europe/Warsaw", "Europe/Zurich",
	"Pacific/Auckland", "Pacific/Honolulu",
}

// Zones returns the choices of a zone field, the installation's first; one that is set already is always among them.
func Zones(present, house string) []ui.Option {
	names := common
	if present != "" && !slices.Contains(names, present) {
		names = append([]string{present}, names...)
	}
	out := make([]ui.Option, 0, 1+len(names))
	out = append(out, ui.Option{Text: ZoneName("", house)})
	for _, n := range names {
		out = append(out, ui.Option{Value: n, Text: strings.ReplaceAll(n, "_", " ")})
	}
	return out
}

// ZoneName says which zone a person has.
func ZoneName(zone, house string) string {
	if zone == "" {
		return "As this installation: " + strings.ReplaceAll(house, "_", " ")
	}
	return zone
}
