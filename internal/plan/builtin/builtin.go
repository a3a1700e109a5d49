package builtin

import (
	"embed"

	"slipway/internal/plan/template"
	"slipway/internal/platform/strict"
)

//go:embed *.yaml
var files embed.FS

// Templates returns the templates that ship with the product, by key.
func Templates() ([]template.Template, error) {
	list, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	out := make([]template.Template, len(list))
	for i, f := range list {
		src, err := files.ReadFile(f.Name())
		if err != nil {
			return nil, err
		}
		d, err := strict.One(f.Name(), src)
		if err != nil {
			return nil, err
		}
		if err := d.Decode(&out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
