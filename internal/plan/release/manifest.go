package release

import (
	"crypto/sha256"
	"encoding/hex"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// ManifestItem is one exact version that a release carries.
type ManifestItem struct {
	Service     id.Service `json:"service"`
	ServiceKey  string     `json:"serviceKey"`
	ServiceName string     `json:"serviceName"`
	Version     string     `json:"version"`
	Digest      string     `json:"digest,omitempty"` // of the artefact: "sha256:…"
	Commit      string     `json:"commit,omitempty" db:"commit_id"`
}

// ManifestContent is what is signed of an item of the manifest.
type ManifestContent struct {
	Service string `json:"service"` // key
	Version string `json:"version"`
	Digest  string `json:"digest,omitempty"`
	Commit  string `json:"commit,omitempty"`
}

// Content returns what is signed of the item.
func (m ManifestItem) Content() ManifestContent {
	return ManifestContent{Service: m.ServiceKey, Version: m.Version, Digest: m.Digest, Commit: m.Commit}
}

// ManifestContents returns what is signed of a manifest.
func ManifestContents(items []ManifestItem) []ManifestContent {
	out := make([]ManifestContent, len(items))
	for i, m := range items {
		out[i] = m.Content()
	}
	return out
}

// DigestOf returns the digest of a manifest whose items are in the order of the services' keys.
func DigestOf(items []ManifestItem) (string, error) {
	c, err := db.Canonical(ManifestContents(items))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(c)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}
