package gallery

import (
	"net/http/httptest"
	"testing"

	"slipway/internal/platform/ui/uitest"
)

func server(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(Handler())
	t.Cleanup(s.Close)
	return s.URL
}

var paths = map[string]string{"components": "/", "figures": "/figures", "release": "/release", "problem": "/problem", "signin": "/signin", "solo": "/solo"}

func TestEveryComponentPassesAxe(t *testing.T) {
	url := server(t)
	for name, path := range paths {
		t.Run(name, func(t *testing.T) {
			ctx := uitest.Browser(t)
			uitest.Axe(t, ctx, url+path)
		})
	}
}

func TestPictures(t *testing.T) {
	url := server(t)
	for name, path := range paths {
		t.Run(name, func(t *testing.T) {
			ctx := uitest.Browser(t)
			for _, l := range uitest.Looks {
				uitest.Open(t, ctx, url+path, l)
				if png := uitest.FullShot(t, ctx, l, ""); len(png) < 1000 {
					t.Error("an empty picture")
				}
			}
		})
	}
}
