package clash

import (
	"slices"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// keep puts what was found about some parties in the place of what stands about them: what is new is recorded, what is no more is
// gone, and what was accepted stays so unless it has become worse. codes narrows it to these; none is all.
func keep(tx *db.Tx, parties []string, codes []string, found []Conflict) error {
	standing, err := standingOf(tx, parties, codes)
	if err != nil {
		return err
	}
	had := make(map[string]Conflict, len(standing))
	for _, c := range standing {
		had[c.Print] = c
	}
	others, err := elsewhere(tx, found, had)
	if err != nil {
		return err
	}
	for _, c := range found {
		was, ok := had[c.Print]
		delete(had, c.Print)
		if !ok {
			was, ok = others[c.Print]
		}
		if err := renew(tx, c, was, ok); err != nil {
			return err
		}
	}
	for _, c := range standing {
		if _, still := had[c.Print]; !still {
			continue
		}
		c.State, c.GoneAt = Gone, tx.Now
		if err := update(tx, c); err != nil {
			return err
		}
		record(tx, ConflictGone, c)
	}
	return nil
}

// elsewhere returns what stands of what was found and is not among what was had: a party that a check is not about may have met it
// before.
func elsewhere(tx *db.Tx, found []Conflict, had map[string]Conflict) (map[string]Conflict, error) {
	var prints []string
	for _, c := range found {
		if _, ok := had[c.Print]; !ok {
			prints = append(prints, c.Print)
		}
	}
	return standingBy(tx, prints)
}

// renew writes one conflict that was found.
func renew(tx *db.Tx, c, was Conflict, stood bool) error {
	var err error
	if c.ServicesJSON, err = db.Canonical(c.Services); err != nil {
		return err
	}
	if !stood {
		c.ID, c.State, c.Since, c.Rev = id.New[string](), Open, tx.Now, 1
		if err := insert(tx, c); err != nil {
			return err
		}
		record(tx, ConflictFound, c)
		return nil
	}
	same := c.Severity == was.Severity && c.Text == was.Text && c.Next == was.Next && c.From == was.From && c.To == was.To && c.Owner == was.Owner && string(c.ServicesJSON) == string(was.ServicesJSON)
	if same {
		return nil
	}
	again := was.State == Accepted && c.worse(was)
	c.ID, c.State, c.Since, c.Rev = was.ID, was.State, was.Since, was.Rev
	c.AcceptedBy, c.AcceptedAt, c.Reason = was.AcceptedBy, was.AcceptedAt, was.Reason
	if again {
		c.State, c.AcceptedBy, c.AcceptedAt, c.Reason = Open, "", 0, ""
	}
	if err := update(tx, c); err != nil {
		return err
	}
	if again {
		record(tx, ConflictFound, c)
	}
	return nil
}

// record appends an entry to the record of each release that is a party, or to nobody's. The record of one product names no party of another.
func record(tx *db.Tx, action string, c Conflict) {
	said := false
	for _, p := range c.Parties {
		if p.Kind == PartyRelease {
			said = true
			ledger.Append(tx, c.entry(action, id.Release(p.ID), p.Product))
		}
	}
	if !said {
		var of id.Product
		if len(c.Parties) > 0 {
			of = c.Parties[0].Product
		}
		ledger.Append(tx, c.entry(action, "", of))
	}
}

// entry says what is so of a conflict to those who read the record of a product.
func (c Conflict) entry(action string, r id.Release, of id.Product) ledger.Entry {
	c.Parties = slices.Clone(c.Parties)
	e := ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "conflict", ID: c.ID}, Release: r}
	if of != "" {
		e.Scope = string(catalog.Scope(of))
		c.veil(false, []auth.Scope{catalog.Scope(of)})
	}
	names := make([]string, len(c.Parties))
	for i, p := range c.Parties {
		names[i] = p.Name
	}
	payload := map[string]any{"code": c.Code, "severity": c.Severity, "text": c.Text, "environment": c.Environment, "from": c.From, "to": c.To, "parties": names}
	if c.Reason != "" {
		payload["reason"] = c.Reason
	}
	e.Payload = payload
	return e
}
