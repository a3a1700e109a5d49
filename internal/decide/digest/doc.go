// Package digest turns the sections of a release's content into digests, says which approvals a change voids and shows what changed. It
// does not know what a section means, who signs, or where contents are kept.
//
// A section's content is JSON in the canonical form of RFC 8785, restricted to integers of at most 2^53-1 either way, so that every
// implementation writes the same bytes: a fraction is refused rather than rounded. The digest of a section is
//
//	SHA-256("slipway:section:1\n" + name + "\n" + canonical bytes)
//
// and the digest of the whole content is
//
//	SHA-256("slipway:content:1\n" + for each section in the order of names: name + " " + digest + "\n")
//
// both written "sha256:" and 64 hexadecimal digits. Names hold no line break or space, so the two can be read in one way only, and equal
// contents of different sections differ in their digest.
package digest
