package id_test

import (
	"testing"

	"slipway/internal/id"
)

func TestKeyed(t *testing.T) {
	for name, want := range map[string]string{
		"Anforderungen klären & abstimmen": "anforderungen-klaeren-abstimmen",
		"Jörg Groß":                        "joerg-gross",
		"Łukasz Ñandú":                     "lukasz-nandu",
		"ÅSE 2.0":                          "aase-2.0",
		"日本":                               "",
		"..a  b--":                         "a-b",
	} {
		if got := id.Keyed(name); got != want {
			t.Errorf("%s makes %q, want %q", name, got, want)
		}
		if got := id.Keyed(name); got != "" && id.CheckKey("key", got) != nil {
			t.Errorf("%s makes %q, which is no key", name, got)
		}
	}
}
