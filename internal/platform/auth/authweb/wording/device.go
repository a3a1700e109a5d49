package wording

import "strings"

// Device says in words what a User-Agent is, as far as that is worth anything.
func Device(agent string) (words, icon string) {
	browser := ""
	for _, b := range []struct{ mark, name string }{
		{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"},
		{"slipway/", "slipway command line"}, {"curl/", "curl"},
	} {
		if strings.Contains(agent, b.mark) {
			browser = b.name
			break
		}
	}
	system, icon := "", "monitor"
	for _, s := range []struct{ mark, name, icon string }{
		{"iPhone", "iPhone", "smartphone"}, {"iPad", "iPad", "smartphone"}, {"Android", "Android", "smartphone"}, {"Windows", "Windows", "monitor"},
		{"Mac OS X", "macOS", "monitor"}, {"Linux", "Linux", "monitor"},
	} {
		if strings.Contains(agent, s.mark) {
			system, icon = s.name, s.icon
			break
		}
	}
	switch {
	case browser != "" && system != "":
		return browser + " on " + system, icon
	case browser != "":
		return browser, "terminal"
	case system != "":
		return "A browser on " + system, icon
	}
	return "An unknown program", "terminal"
}
