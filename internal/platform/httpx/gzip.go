package httpx

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// squeezeFrom is the size in bytes from which an answer is compressed; below it the frame costs more than it saves.
const squeezeFrom = 1024

var zippers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return z
}}

// squeezer compresses an answer once it is known to be text of some size. It holds back the first squeezeFrom bytes.
type squeezer struct {
	http.ResponseWriter
	x      *exchange
	status int
	held   []byte
	open   bool // headers are sent
	zip    *gzip.Writer
}

func (s *squeezer) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *squeezer) WriteHeader(status int) {
	if status >= 100 && status < 200 {
		s.ResponseWriter.WriteHeader(status)
		return
	}
	if s.status == 0 {
		s.status = status
	}
}

func (s *squeezer) Write(b []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	if !s.open {
		if len(s.held)+len(b) < squeezeFrom && !s.x.stream {
			s.held = append(s.held, b...)
			return len(b), nil
		}
		if err := s.begin(len(s.held) + len(b)); err != nil {
			return 0, err
		}
	}
	if s.zip != nil {
		return s.zip.Write(b)
	}
	return s.ResponseWriter.Write(b)
}

func (s *squeezer) begin(size int) error {
	s.open = true
	h := s.Header()
	if h.Get("Content-Type") == "" && len(s.held) > 0 {
		h.Set("Content-Type", http.DetectContentType(s.held))
	}
	if !s.x.stream && size >= squeezeFrom && s.status == http.StatusOK && h.Get("Content-Encoding") == "" && squeezable(h.Get("Content-Type")) {
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		if tag := h.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
			h.Set("ETag", "W/"+tag)
		}
		s.zip = zippers.Get().(*gzip.Writer)
		s.zip.Reset(s.ResponseWriter)
	}
	s.ResponseWriter.WriteHeader(s.status)
	held := s.held
	s.held = nil
	if len(held) == 0 {
		return nil
	}
	var err error
	if s.zip != nil {
		_, err = s.zip.Write(held)
	} else {
		_, err = s.ResponseWriter.Write(held)
	}
	return err
}

// Flush sends what is held back.
func (s *squeezer) Flush() { _ = s.FlushError() }

// FlushError is Flush with its error.
func (s *squeezer) FlushError() error {
	if !s.open {
		if s.status == 0 {
			s.status = http.StatusOK
		}
		if err := s.begin(len(s.held)); err != nil {
			return err
		}
	}
	if s.zip != nil {
		if err := s.zip.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(s.ResponseWriter).Flush()
}

func (s *squeezer) finish() {
	if !s.open && s.status != 0 {
		_ = s.begin(len(s.held))
	}
	if s.zip != nil {
		_ = s.zip.Close()
		s.zip.Reset(nil)
		zippers.Put(s.zip)
		s.zip = nil
	}
}

func squeezable(kind string) bool {
	kind, _, _ = strings.Cut(kind, ";")
	switch strings.TrimSpace(kind) {
	case "text/html", "text/plain", "text/csv", "text/markdown", "text/calendar", "application/json", "application/problem+json", "application/openapi+json", "application/x-ndjson", "image/svg+xml":
		return true
	}
	return false
}

func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if c := strings.TrimSpace(coding); c == "gzip" || c == "*" {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}
