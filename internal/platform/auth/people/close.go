package people

import (
	"context"
	"slices"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/field"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// CloseTeam closes a team for a reason: its roles are taken back, its members leave, and from then on it can neither be
// joined nor chosen nor be given roles. It stays in the record and in what refers to it. A closed team stays as it is.
//
// It needs team.edit, and for each role that the team holds what Revoke needs. It fails with errs.Invalid without a reason,
// with errs.Blocked team.has_duties while the team answers for something, and with errs.Blocked auth.last_administrator.
func (s *Directory) CloseTeam(ctx context.Context, ref, reason string) (out Team, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "team.edit", auth.Everywhere); err != nil {
			return err
		}
		if err := reasonGiven(reason); err != nil {
			return err
		}
		t, err := auth.TeamByRef(tx, ref)
		if err != nil {
			return err
		}
		if out = t; t.Closed() {
			return nil
		}
		if err := s.relieved(tx, t); err != nil {
			return err
		}
		if err := s.closeTeam(tx, t, reason); err != nil {
			return err
		}
		out, err = auth.TeamByRef(tx, string(t.ID))
		return err
	})
	return out, err
}

func reasonGiven(reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errs.InvalidField("reason", "reason.missing", "Say why; the record keeps it.")
	}
	return field.Text("reason", reason)
}

// relieved fails with errs.Blocked team.has_duties while a team answers for something.
func (s *Directory) relieved(tx *db.Tx, t Team) error {
	if s.duties == nil {
		return nil
	}
	held, err := s.duties.DutiesOf(tx, t.ID)
	if err == nil && held != "" {
		err = errs.Blocked("team.has_duties", "%s still runs %s. Give that to another team first.", t.Name, held)
	}
	return err
}

func (s *Directory) closeTeam(tx *db.Tx, t Team, reason string) error {
	held, err := readBindings(tx, `WHERE b.team = $1 ORDER BY b.id`, t.ID)
	if err != nil {
		return err
	}
	ended := make([]Grant, 0, len(held))
	for _, b := range held {
		if err := auth.Check(tx, "role.grant", b.Scope); err != nil {
			return err
		}
		if err := s.revoke(tx, b); err != nil {
			return err
		}
		ended = append(ended, b.Grant)
	}
	if err := closeTeam(tx, t.ID, auth.Me(tx)); err != nil {
		return err
	}
	ledger.Append(tx, ledger.Entry{Action: TeamClosed, Subject: ledger.Subject{Kind: "team", ID: string(t.ID)}, Payload: map[string]any{
		"name": t.Name, "reason": reason, "membersBefore": slices.Sorted(slices.Values(orEmpty(t.Members))), "rolesEnded": ended,
	}})
	return s.rights.Changed(tx)
}

// ReopenTeam opens a closed team again, without members and roles. It needs team.edit. An open team stays as it is.
func (s *Directory) ReopenTeam(ctx context.Context, ref string) (out Team, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "team.edit", auth.Everywhere); err != nil {
			return err
		}
		t, err := auth.TeamByRef(tx, ref)
		if err != nil {
			return err
		}
		if out = t; !t.Closed() {
			return nil
		}
		if err := reopenTeam(tx, t.ID, auth.Me(tx)); err != nil {
			return err
		}
		ledger.Append(tx, ledger.Entry{Action: TeamReopened, Subject: ledger.Subject{Kind: "team", ID: string(t.ID)}, Payload: map[string]any{"name": t.Name}})
		out, err = auth.TeamByRef(tx, string(t.ID))
		return err
	})
	return out, err
}

// WhyNotClose says what the team still answers for and so keeps it from being closed, for a button that is off; "" for
// nothing. It needs people.read and fails with errs.NotFound.
func (s *Directory) WhyNotClose(ctx context.Context, ref string) (why string, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.CheckSeen(tx, "people.read", auth.Everywhere, "team"); err != nil {
			return err
		}
		t, err := auth.TeamByRef(tx, ref)
		if err != nil || t.Closed() {
			return err
		}
		err = s.relieved(tx, t)
		if errs.ReasonOf(err) == "team.has_duties" {
			why, err = errs.As(err).Msg, nil
		}
		return err
	})
	return why, err
}
