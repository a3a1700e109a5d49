package tree

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Key signs checkpoints in the name of one installation.
type Key struct {
	signer note.Signer
	public string
}

// NewSecret returns a random secret for NewKey: 32 bytes in base64.
func NewSecret() string {
	b := make([]byte, ed25519.SeedSize)
	_, _ = rand.Read(b) // never fails: the process ends if the system has no randomness
	return base64.StdEncoding.EncodeToString(b)
}

// NewKey makes the key of a secret (32 bytes in base64, white space around it ignored) for the installation. The error
// does not repeat the secret.
func NewKey(secret, installation string) (Key, error) {
	seed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(secret))
	if err != nil || len(seed) != ed25519.SeedSize {
		return Key{}, fmt.Errorf("tree: the key is not 32 bytes in base64")
	}
	priv := ed25519.NewKeyFromSeed(seed)
	public, err := note.NewEd25519VerifierKey(Name(installation), priv.Public().(ed25519.PublicKey))
	if err != nil {
		return Key{}, fmt.Errorf("tree: %w", err)
	}
	// The text form of a signing key is the verifier's with a word before it and the seed in place of the public key.
	hash := strings.SplitN(public, "+", 3)[1]
	skey := "PRIVATE+KEY+" + Name(installation) + "+" + hash + "+" + base64.StdEncoding.EncodeToString(append([]byte{1}, seed...))
	signer, err := note.NewSigner(skey)
	if err != nil {
		return Key{}, fmt.Errorf("tree: %w", err)
	}
	return Key{signer: signer, public: public}, nil
}

// Public returns the public key in the text form of signed notes: name, key hash and key, joined by plus signs. An
// auditor needs nothing else.
func (k Key) Public() string { return k.public }

// Sign returns text as a signed note. text ends in a line feed.
func (k Key) Sign(text string) (string, error) {
	b, err := note.Sign(&note.Note{Text: text}, k.signer)
	return string(b), err
}

// Verify returns the text of a note that the public key has signed. Signatures of others are let pass.
func Verify(msg, public string) (string, error) {
	v, err := note.NewVerifier(public)
	if err != nil {
		return "", fmt.Errorf("tree: the public key is malformed: %w", err)
	}
	n, err := note.Open([]byte(msg), note.VerifierList(v))
	if err != nil {
		return "", fmt.Errorf("tree: %w", err)
	}
	return n.Text, nil
}

// Name returns the name under which an installation signs.
func Name(installation string) string { return "slipway/" + installation }

// InstallationOf returns the installation that a public key names, or "".
func InstallationOf(public string) string {
	name, _, _ := strings.Cut(public, "+")
	inst, ok := strings.CutPrefix(name, "slipway/")
	if !ok {
		return ""
	}
	return inst
}
