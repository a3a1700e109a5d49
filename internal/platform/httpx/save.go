package httpx

import (
	"mime"
	"net/http"
	"strconv"
)

// Save answers with a file that the browser saves under a name and never runs. Headers beyond these are the caller's, before it.
func Save(w http.ResponseWriter, name, kind string, content []byte) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(content)))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("X-Content-Type-Options", "nosniff")
	_, err := w.Write(content)
	return err
}
