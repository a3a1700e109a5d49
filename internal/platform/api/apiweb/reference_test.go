package apiweb_test

import (
	"context"
	"strings"
	"testing"

	"slipway/internal/platform/api"
	"slipway/internal/platform/api/apiweb"
)

type in struct {
	Name string `query:"name" doc:"What it is <b>called</b>."`
	Body struct {
		Masts []struct {
			Height int `json:"height"`
		} `json:"masts"`
	}
}

type out struct {
	Body struct {
		Kind string `json:"kind" enum:"sloop,ketch"`
	}
}

func TestReference(t *testing.T) {
	a := api.New(api.Options{})
	api.Register(a, api.Op{Method: "POST", Path: "/boats", Permission: api.Public, Tag: "Boats", Summary: "Add a boat"},
		func(context.Context, *in) (*out, error) { return nil, nil })
	if _, err := a.Handler(); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := apiweb.Reference(a.Described()).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"POST /boats", "Add a boat", "Open to everyone.", "masts[].height", "whole number", "one of sloop, ketch", "&lt;b&gt;called", "Idempotency-Key"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(b.String(), "<script") || strings.Contains(b.String(), "style=") {
		t.Error("the page breaks the content security policy")
	}
}
