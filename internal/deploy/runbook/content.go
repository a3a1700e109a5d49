package runbook

// Content is what an approval of the section "runbook" covers: everything but the back-out. Marshalled to JSON it holds
// texts, whole numbers (durations in nanoseconds, below 2^53), booleans, lists and mappings only, and leaves empty fields
// out, so that canonical JSON (RFC 8785) gives equal bytes for equal content.
type Content struct {
	Runbook
	BackOut struct{} `json:"backOut,omitzero"`
}

// Content returns the part of the runbook that the section "runbook" covers.
func (r Runbook) Content() Content {
	r.BackOut = BackOut{}
	return Content{Runbook: r}
}

// BackOutContent is what an approval of the section "back-out" covers: the back-out graph, when it starts by itself, and
// which step it takes back.
type BackOutContent struct {
	BackOut
	OnFailedVerification bool              `json:"onFailedVerification,omitempty"`
	Undoes               map[string]string `json:"undoes,omitempty"` // step → its back-out step
}

// BackOutContent returns the part of the runbook that the section "back-out" covers.
func (r Runbook) BackOutContent() BackOutContent {
	c := BackOutContent{BackOut: r.BackOut, OnFailedVerification: r.RollbackOnFailedVerification}
	for _, s := range r.Steps {
		if s.BackOut != "" {
			if c.Undoes == nil {
				c.Undoes = map[string]string{}
			}
			c.Undoes[s.Key] = s.BackOut
		}
	}
	return c
}
