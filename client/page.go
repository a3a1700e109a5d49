package client

import (
	"context"
	"iter"
	"net/url"
)

// Page is one page of a list.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// All walks a list to its end, page by page, asking for the next one only when it is needed. After an error it ends.
func All[T any](ctx context.Context, c *Client, path string, query url.Values) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		q := url.Values{}
		for k, v := range query {
			q[k] = v
		}
		for {
			var p Page[T]
			if err := c.Get(ctx, path, q, &p); err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range p.Items {
				if !yield(item, nil) {
					return
				}
			}
			if p.Next == "" || p.Next == q.Get("after") {
				return
			}
			q.Set("after", p.Next)
		}
	}
}

// List collects at most limit items of a list; all of them if limit is 0.
func List[T any](ctx context.Context, c *Client, path string, query url.Values, limit int) ([]T, error) {
	out := []T{}
	for item, err := range All[T](ctx, c, path, query) {
		if err != nil {
			return nil, err
		}
		if out = append(out, item); limit > 0 && len(out) >= limit {
			break
		}
	}
	return out, nil
}
