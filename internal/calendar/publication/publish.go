package publication

import (
	"context"
	"fmt"
	"slices"

	"slipway/internal/calendar/clash"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Publish publishes the calendar of a span as the next version. It fails with errs.Invalid for faulty fields, with errs.Blocked,
// naming each in Fields, while serious conflicts of the span are open that the caller does not accept, and as accepting them does.
func (v *Versions) Publish(ctx context.Context, in Spec) (Version, error) {
	return db.Writing(ctx, v.db, func(tx *db.Tx) (Version, error) {
		if err := auth.Check(tx, "calendar.publish", auth.Everywhere); err != nil {
			return Version{}, err
		}
		readers, err := in.check(tx)
		if err != nil {
			return Version{}, err
		}
		for _, a := range in.Accept {
			if _, err := clash.AcceptTx(tx, a.Conflict, a.Reason); err != nil {
				return Version{}, err
			}
		}
		if err := unresolved(tx, in); err != nil {
			return Version{}, err
		}
		content, err := v.content(tx, in.From, in.To)
		if err != nil {
			return Version{}, err
		}
		text, err := db.Canonical(content)
		if err != nil {
			return Version{}, err
		}
		if in.ReadBy.IsZero() {
			in.ReadBy = tx.Now.Add(ReadTime)
		}
		out := Version{ReadBy: in.ReadBy, Name: in.Name, Note: in.Note, From: in.From, To: in.To, Digest: digest(text), PublishedAt: tx.Now, PublishedBy: auth.Me(tx), Readers: int64(len(readers))}
		if out.Number, err = insert(tx, out, text, readers); err != nil {
			return Version{}, err
		}
		record(tx, CalendarPublished, out.Number, map[string]any{"number": out.Number, "name": in.Name, "from": in.From, "to": in.To, "digest": out.Digest, "readBy": out.ReadBy, "readers": len(readers)})
		return out, nil
	})
}

func (in Spec) check(tx *db.Tx) ([]id.Person, error) {
	var bad errs.Faults
	bad.Add(catalog.CheckText("name", in.Name, nameMax, true))
	bad.Add(catalog.CheckText("note", in.Note, noteMax, false))
	switch {
	case in.From.IsZero() || in.To <= in.From:
		bad.Say("to", "span.empty", "Give a span whose end lies behind its start.")
	case in.To.Sub(in.From) > spanMax:
		bad.Say("to", "span.too_long", "A version spans 400 days at most.")
	}
	if !in.ReadBy.IsZero() && (in.ReadBy <= tx.Now || in.ReadBy.Sub(tx.Now) > readMax) {
		bad.Say("readBy", "calendar.read_by", "Give an instant within the next 90 days until which it is to be read.")
	}
	readers, err := in.readers(tx, &bad)
	if err != nil {
		return nil, err
	}
	return readers, bad.Err("The input is not valid.", 0)
}

// readers returns the people whom keys of people and teams name; everybody else who is active, if there are none.
func (in Spec) readers(tx *db.Tx, bad *errs.Faults) ([]id.Person, error) {
	all, err := auth.EachPerson(tx)
	if err != nil {
		return nil, err
	}
	me := auth.Me(tx)
	var active, others, out []id.Person
	by := map[string]id.Person{}
	for _, p := range all {
		if p.Active && p.Kind == auth.KindPerson {
			active = append(active, p.ID)
			if p.ID != me {
				others = append(others, p.ID)
			}
			by[p.Key], by[string(p.ID)] = p.ID, p.ID
		}
	}
	if len(in.Readers) == 0 {
		return others, nil
	}
	for i, ref := range in.Readers {
		if p, ok := by[ref]; ok {
			out = append(out, p)
			continue
		}
		t, err := auth.TeamByRef(tx, ref)
		if errs.Is(err, errs.CodeNotFound) {
			bad.Say(fmt.Sprintf("readers[%d]", i), "reader.unknown", "There is no active person and no team %.60q.", ref)
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, p := range t.Members {
			if slices.Contains(active, p) {
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// unresolved refuses a span with serious conflicts that are open, naming each.
func unresolved(tx *db.Tx, in Spec) error {
	cs, err := clash.OpenSerious(tx, max(in.From, tx.Now), in.To)
	if err != nil || len(cs) == 0 {
		return err
	}
	word := "serious conflicts are"
	if len(cs) == 1 {
		word = "serious conflict is"
	}
	e := errs.Blocked("calendar.conflicts_open", "Not published. %d %s open in this span. Resolve each, or accept it by name.", len(cs), word)
	for _, c := range cs {
		e = e.With(errs.Field{Name: c.ID, Reason: c.Code, Msg: c.Text})
	}
	return e
}

// Acknowledge says that the caller has read a version. Once is enough; a second time changes nothing.
func (v *Versions) Acknowledge(ctx context.Context, number int64) (Version, error) {
	return db.Writing(ctx, v.db, func(tx *db.Tx) (Version, error) {
		if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
			return Version{}, err
		}
		me := auth.Me(tx)
		if me == "" {
			return Version{}, errs.Forbidden("calendar.nobody", "Only a person acknowledges.")
		}
		out, err := versionBy(tx, number, me)
		if err != nil || !out.Mine.IsZero() {
			return out, err
		}
		if err := acknowledge(tx, number, me); err != nil {
			return Version{}, err
		}
		record(tx, CalendarRead, number, map[string]any{"number": number, "name": out.Name})
		return versionBy(tx, number, me)
	})
}

func record(tx *db.Tx, action string, number int64, payload any) {
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "calendar", ID: fmt.Sprint(number)}, Payload: payload})
}
