package feed

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Spec is what a person asks of a new feed.
type Spec struct {
	Name string `json:"name,omitempty" maxLength:"200" doc:"What it is for, such as the phone; made from what it shows if left out" example:"My phone"`
	Kind Kind   `json:"kind" enum:"mine,product,environment,all" doc:"mine, product, environment or all"`
	Of   string `json:"of,omitempty" maxLength:"100" doc:"Key or identifier of the product or environment"`
}

// most is how many living feeds a person has.
const most = 50

// Make makes a feed of the caller. Its address is in the answer and nowhere else. It fails with errs.Invalid, naming the fields,
// and with errs.Blocked feed.too_many for the fifty-first.
func (f *Feeds) Make(ctx context.Context, in Spec) (Made, error) {
	token := newToken()
	var out Feed
	err := f.db.Write(ctx, func(tx *db.Tx) error {
		if err := mayMake(tx); err != nil {
			return err
		}
		x, err := in.feed(tx)
		if err != nil {
			return err
		}
		x.Shown = token[:tokenShown] + "…"
		if n, err := countLiving(tx, x.Owner); err != nil || n >= most {
			return cmp.Or[error](err, errs.Blocked("feed.too_many", "You have %d feeds. Revoke one that you no longer use first.", n))
		}
		if err := insertFeed(tx, x, digest(token)); err != nil {
			return err
		}
		out = x
		entry(tx, FeedMade, x)
		return nil
	})
	return f.made(out, token), err
}

// mayMake checks that a person acts who may have feeds: somewhere is enough, since a feed shows no more than its person sees.
func mayMake(tx *db.Tx) error {
	all, scopes, err := auth.Scopes(tx, "feed.make")
	if err != nil {
		return err
	}
	if !all && len(scopes) == 0 || auth.Me(tx) == "" {
		return auth.Check(tx, "feed.make", auth.Everywhere)
	}
	return nil
}

func (in Spec) feed(tx *db.Tx) (Feed, error) {
	var bad errs.Faults
	x := Feed{ID: id.New[ID](), Owner: auth.Me(tx), Name: strings.TrimSpace(in.Name), Kind: in.Kind, MadeAt: tx.Now}
	if x.Owner == "" {
		return x, errs.Blocked("feed.no_person", "A feed belongs to a person; Slipway itself has none.")
	}
	switch in.Kind {
	case Mine, Everything:
		if in.Of != "" {
			bad.Say("of", "feed.of", "Only a feed of a product or an environment names one.")
		}
	case Product:
		p, err := catalog.ProductByRef(tx, in.Of)
		if errs.Is(err, errs.CodeNotFound) {
			bad.Say("of", "product.not_found", "There is no product %.60q, or you may not see it.", in.Of)
		} else if err != nil {
			return x, err
		}
		x.Subject, x.Of, x.OfName = string(p.ID), p.Key, p.Name
	case Environment:
		e, err := catalog.EnvironmentByRef(tx, in.Of)
		if errs.Is(err, errs.CodeNotFound) {
			bad.Say("of", "environment.not_found", "There is no environment %.60q, or you may not see it.", in.Of)
		} else if err != nil {
			return x, err
		}
		x.Subject, x.Of, x.OfName = string(e.ID), e.Key, e.Name
	default:
		bad.Say("kind", "feed.kind", "A feed shows mine, product, environment or all, not %.40q.", in.Kind)
	}
	if len(x.Name) > 200 {
		bad.Say("name", "name.too_long", "A name has at most 200 bytes.")
	}
	if x.Name == "" {
		x.Name = x.Shows()
	}
	return x, bad.Err("The feed was not made.", 0)
}

// Shows says in words what a feed shows.
func (x Feed) Shows() string {
	switch x.Kind {
	case Mine:
		return "My calendar"
	case Everything:
		return "Everything I may see"
	}
	if x.OfName == "" {
		return "What is there no more"
	}
	return x.OfName
}

// Rotate gives a feed of the caller another address; the old one leads nowhere at once. It fails with errs.NotFound and with
// errs.Blocked feed.revoked.
func (f *Feeds) Rotate(ctx context.Context, feed ID) (Made, error) {
	token := newToken()
	var out Feed
	err := f.db.Write(ctx, func(tx *db.Tx) error {
		if err := mayMake(tx); err != nil {
			return err
		}
		x, err := feedOf(tx, feed, false)
		if err != nil {
			return err
		}
		if !x.RevokedAt.IsZero() {
			return errs.Blocked("feed.revoked", "%s was revoked at %s and stays so. Make a new one.", x.Name, x.RevokedAt)
		}
		x.Shown, x.RotatedAt, x.UsedAt = token[:tokenShown]+"…", tx.Now, 0
		out = x
		entry(tx, FeedRotated, x)
		return rotateFeed(tx, x, digest(token))
	})
	return f.made(out, token), err
}

// Revoke ends a feed for good: one's own, or with feed.manage another's. It fails with errs.NotFound; one that is revoked
// stays as it is.
func (f *Feeds) Revoke(ctx context.Context, feed ID) (Feed, error) {
	return db.Writing(ctx, f.db, func(tx *db.Tx) (Feed, error) {
		if err := mayMake(tx); err != nil {
			return Feed{}, err
		}
		x, err := feedOf(tx, feed, true)
		if err != nil {
			return Feed{}, err
		}
		if !x.RevokedAt.IsZero() {
			return x, nil
		}
		x.RevokedAt = tx.Now
		entry(tx, FeedRevoked, x)
		return x, revokeFeed(tx, x.ID, auth.Me(tx))
	})
}

// feedOf returns a feed of the caller, or where others says so one that the caller manages.
func feedOf(tx *db.Tx, feed ID, others bool) (Feed, error) {
	x, err := feedBy(tx, feed)
	if errors.Is(err, db.ErrNone) {
		return x, auth.Unseen("feed")
	}
	if err != nil {
		return x, err
	}
	if x.Owner != auth.Me(tx) {
		ok, err := auth.Allowed(tx, "feed.manage", auth.Everywhere)
		if err != nil || !ok || !others {
			return x, cmp.Or[error](err, auth.Unseen("feed"))
		}
	}
	xs := []Feed{x}
	return xs[0], named(tx, xs)
}

// List returns the caller's feeds that are not revoked, or everybody's with feed.manage, the newest first, at most 500.
func (f *Feeds) List(ctx context.Context, everybody bool) ([]Feed, error) {
	return db.Reading(ctx, f.db, func(tx *db.Tx) ([]Feed, error) {
		if err := mayMake(tx); err != nil {
			return nil, err
		}
		owner := auth.Me(tx)
		if everybody {
			if err := auth.Check(tx, "feed.manage", auth.Everywhere); err != nil {
				return nil, err
			}
			owner = ""
		}
		out, err := livingFeeds(tx, owner)
		if err != nil {
			return nil, err
		}
		return out, named(tx, out)
	})
}

// named fills in what feeds are of and whose they are. What is there no more has no name.
func named(tx *db.Tx, xs []Feed) error {
	people := make([]id.Person, 0, len(xs))
	for i := range xs {
		people = append(people, xs[i].Owner)
		key, name, err := subject(tx, xs[i])
		if err != nil && !errs.Is(err, errs.CodeNotFound) {
			return err
		}
		xs[i].Of, xs[i].OfName = key, name
	}
	names, err := auth.PeopleByID(tx, people...)
	for i := range xs {
		xs[i].OwnerName = names[xs[i].Owner].Name
	}
	return err
}

func subject(tx *db.Tx, x Feed) (key, name string, err error) {
	switch x.Kind {
	case Product:
		p, err := catalog.ProductByRef(tx, x.Subject)
		return p.Key, p.Name, err
	case Environment:
		e, err := catalog.EnvironmentByRef(tx, x.Subject)
		return e.Key, e.Name, err
	}
	return "", "", nil
}

func entry(tx *db.Tx, action string, x Feed) {
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "feed", ID: string(x.ID)},
		Payload: map[string]any{"owner": x.Owner, "name": x.Name, "kind": x.Kind, "of": x.Of}})
}
