package period

import (
	"fmt"
	"slices"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Limits of a period.
const (
	ReasonMax = 2_000 // bytes of a reason
	listMax   = 500   // keys in one list of a scope
)

// Check turns what a person states into a period without identity, and says what the author should know. It gathers every
// fault before it fails with errs.Invalid.
func (in Spec) Check(tx *db.Tx, k Kind) (Period, []Note, error) {
	p := Period{Kind: k, Key: in.Key, Name: in.Name, Reason: in.Reason, Start: in.Start, End: in.End, Zone: in.Zone, RRule: in.RRule, ExDates: in.ExDates, RDates: in.RDates, Running: in.Running, Scope: in.Scope}
	var bad errs.Faults
	if p.Key == "" {
		p.Key = id.Keyed(in.Name)
	}
	if in.Name != "" || in.Key != "" {
		bad.Add(id.CheckKey("key", p.Key))
	}
	bad.Add(catalog.CheckText("name", in.Name, catalog.NameMax, true))
	bad.Add(catalog.CheckText("reason", in.Reason, ReasonMax, k == Freeze))
	rule, err := p.Rule()
	bad.Add(err)
	p.hardness(in.Hardness, &bad)
	bad.Add(p.own(tx, in.Owner))
	seen, err := checkScope(tx, &p.Scope, &bad)
	if err != nil {
		return p, nil, err
	}
	if err := bad.Err("The input is not valid.", 0); err != nil {
		return p, nil, err
	}
	first, last := rule.Bounds()
	p.FirstStart, p.LastEnd = db.At(first), db.At(last)
	if p.ScopeJSON, err = db.Canonical(p.Scope); err != nil {
		return p, nil, err
	}
	if p.DatesJSON, err = db.Canonical(dates{p.ExDates, p.RDates}); err != nil {
		return p, nil, err
	}
	p.SeenJSON, err = db.Canonical(seen)
	return p, rule.Notes(), err
}

func (p *Period) hardness(h string, bad *errs.Faults) {
	if p.Kind != Freeze {
		if h != "" {
			bad.Say("hardness", "window.no_hardness", "Only a freeze is hard or soft; leave this out.")
		}
		if p.Running != "" {
			bad.Say("running", "window.no_running", "Only a freeze does something to running work; leave this out.")
		}
		return
	}
	switch h {
	case "", "hard":
		p.Hard = true
	case "soft":
	default:
		bad.Say("hardness", "freeze.hardness", "A freeze is hard or soft.")
	}
	switch p.Running {
	case "":
		p.Running = Finish
	case Finish, Pause, Abort:
	default:
		bad.Say("running", "freeze.running", "What happens to running work is finish, pause or abort.")
	}
}

func (p *Period) own(tx *db.Tx, owner string) error {
	if owner == "" {
		if p.Owner = auth.Me(tx); p.Owner == "" {
			return errs.InvalidField("owner", "owner.missing", "Name the person who answers for it.")
		}
		return nil
	}
	who, err := auth.PersonByRef(tx, owner)
	if errs.Is(err, errs.CodeNotFound) {
		return errs.InvalidField("owner", "owner.unknown", "There is no person %.60q.", owner)
	}
	p.Owner, p.OwnerName = who.ID, who.Name
	return err
}

// checkScope sorts the lists, finds what they name, and returns the products whose readers see the period.
func checkScope(tx *db.Tx, s *Scope, bad *errs.Faults) ([]id.Product, error) {
	products, owners := []id.Product{}, []id.Product{}
	each := func(field string, list []string, find func(ref string) error) ([]string, error) {
		if len(list) > listMax {
			bad.Say(field, "scope.too_many", "At most %d fit here.", listMax)
			return list, nil
		}
		list = slices.Clone(list)
		slices.Sort(list)
		list = slices.Compact(list)
		for i, ref := range list {
			err := find(ref)
			if errs.Is(err, errs.CodeNotFound) {
				bad.Say(fmt.Sprintf("%s[%d]", field, i), "scope.unknown", "There is no %.60q, or you may not see it.", ref)
			} else if err != nil {
				return list, err
			}
		}
		return list, nil
	}
	var err error
	if s.Products, err = each("products", s.Products, func(ref string) error {
		p, err := catalog.ProductByRef(tx, ref)
		products = append(products, p.ID)
		return named(err, ref, p.Key)
	}); err != nil {
		return nil, err
	}
	if s.Services, err = each("services", s.Services, func(ref string) error {
		x, err := catalog.ServiceByRef(tx, ref)
		if !slices.Contains(owners, x.Product) {
			owners = append(owners, x.Product)
		}
		return named(err, ref, x.Key)
	}); err != nil {
		return nil, err
	}
	if s.Environments, err = each("environments", s.Environments, func(ref string) error {
		x, err := catalog.EnvironmentByRef(tx, ref)
		return named(err, ref, x.Key)
	}); err != nil {
		return nil, err
	}
	s.Tiers, err = each("tiers", s.Tiers, func(ref string) error {
		var t catalog.Tier
		if t.UnmarshalText([]byte(ref)) != nil {
			return errs.NotFound("tier.unknown", "")
		}
		return nil
	})
	s.ServiceTiers = slices.Clone(s.ServiceTiers)
	slices.Sort(s.ServiceTiers)
	s.ServiceTiers = slices.Compact(s.ServiceTiers)
	for i, t := range s.ServiceTiers {
		if t < 0 || t > 9 || i >= 10 {
			bad.Say(fmt.Sprintf("serviceTiers[%d]", i), "scope.service_tier", "The importance of a service is 0 to 9.")
		}
	}
	if len(owners) > 0 {
		return owners, err
	}
	return products, err
}

// named refuses an identifier where a key is meant, so that files and pages read alike.
func named(err error, ref, key string) error {
	if err == nil && ref != key {
		return errs.NotFound("scope.unknown", "")
	}
	return err
}
