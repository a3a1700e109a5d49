package ui

import (
	"github.com/a-h/templ"

	"slipway/internal/platform/ui/draw"
)

func scene() templ.Component { return draw.Scene() }
