package resource

import (
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// The entries of the wing. None says why somebody is away.
const (
	WorkingTimeSet     = "workingtime.set"
	WorkingTimeRemoved = "workingtime.removed"
	LeadNamed          = "team.lead_named"
	HolidaysSet        = "holiday.set"
	HolidaysRemoved    = "holiday.removed"
	AbsenceAsked       = "absence.requested"
	AbsenceGranted     = "absence.granted"
	AbsenceRefused     = "absence.refused"
	AbsenceWithdrawn   = "absence.withdrawn"
	SkillsSet          = "skill.set"
	DeputiesSet        = "deputy.set"
	ToolSet            = "tool.set"
)

func entry(tx *db.Tx, action, kind, subject string, payload any) {
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: kind, ID: subject}, Payload: payload})
}
