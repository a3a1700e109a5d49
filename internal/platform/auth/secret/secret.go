package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"strings"
)

const (
	// TokenPrefix begins every token that Slipway makes, so that scanners find leaked ones.
	TokenPrefix = "slw_"
	// Size is the length of the random part in characters of base 32: 200 bits.
	Size = 40
	// shown is how many random characters a token is recognised by; 20 of its bits.
	shown = 4
	// ChosenMin is the least length of a token that an operator chose.
	ChosenMin = 20
	// ChosenMax is the greatest length of any token.
	ChosenMax = 200
)

// New returns a random secret of Size characters a to z and 2 to 7.
func New() string { return strings.ToLower(rand.Text() + rand.Text())[:Size] }

// NewToken returns a random API token.
func NewToken() string { return TokenPrefix + New() }

// Digest is what is stored of a secret.
func Digest(secret string) [32]byte { return sha256.Sum256([]byte(secret)) }

// Shown returns the part of a token by which people recognise it. Of a token that somebody chose it shows nothing.
func Shown(token string) string {
	if !strings.HasPrefix(token, TokenPrefix) || len(token) != len(TokenPrefix)+Size {
		return "chosen"
	}
	return token[:len(TokenPrefix)+shown] + "…"
}

// ParseBearer reads the header Authorization. ok is false unless it is the scheme Bearer with one token of the
// characters that RFC 6750 allows, at least ChosenMin and at most ChosenMax long.
func ParseBearer(header string) (token string, ok bool) {
	scheme, rest, found := strings.Cut(header, " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	token = strings.Trim(rest, " ")
	return token, IsToken(token)
}

// IsToken reports whether text has the form of a token.
func IsToken(text string) bool {
	if len(text) < ChosenMin || len(text) > ChosenMax {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && strings.IndexByte("-._~+/=", c) < 0 {
			return false
		}
	}
	return true
}

// IsSecret reports whether text has the form that New gives: of a cookie or a link.
func IsSecret(text string) bool {
	if len(text) != Size {
		return false
	}
	for i := range len(text) {
		if c := text[i]; (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}
