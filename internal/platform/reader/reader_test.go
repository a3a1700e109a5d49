package reader_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/reader"
)

func TestReaderWritesInstants(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 19, 23, 30, 0, 0, time.UTC) // Friday 00:30 in Zurich
	r := reader.Of(context.Background(), now)
	if r.Zone != time.UTC || r.Me != "" {
		t.Errorf("nobody reads as %+v", r)
	}
	r.Zone = zone
	at := func(s string) db.Time {
		x, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return db.At(x)
	}
	for _, c := range []struct{ what, got, want string }{
		{"near", r.Near(at("2026-11-20T20:00:00Z")), "Today 21:00"},
		{"near yesterday", r.Near(at("2026-11-19T20:00:00Z")), "Yesterday 21:00"},
		{"mid", r.Mid(at("2026-11-20T20:00:00Z")), "today 21:00"},
		{"mid far", r.Mid(at("2026-11-26T20:00:00Z")), "Thu 26 Nov, 21:00"},
		{"near day", r.NearDay(at("2026-11-20T20:00:00Z")), "Today 21:00"},
		{"near day far", r.NearDay(at("2026-11-26T20:00:00Z")), "Thu 26 Nov"},
		{"day", r.Day(at("2026-11-26T23:30:00Z")), "Fri 27 Nov"},
		{"between", r.Between(at("2026-11-26T20:00:00Z"), at("2026-11-26T22:00:00Z")), "Thu 26 Nov, 21:00 to 23:00 CET"},
		{"local", r.Local(at("2026-11-26T20:00:00Z")), "2026-11-26T21:00"},
		{"midnight", r.Midnight(now).Format(time.RFC3339), "2026-11-20T00:00:00+01:00"},
		{"near none", r.Near(0), reader.None},
		{"mid none", r.Mid(0), reader.None},
		{"day none", r.Day(0), reader.None},
		{"local none", r.Local(0), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q instead of %q", c.what, c.got, c.want)
		}
	}
}

func TestPeopleCanBeChosen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		admin := authtest.Admin(t, d)
		authtest.Person(t, d, "lena")
		authtest.Person(t, d, "marc")
		if _, err := authtest.Service(t, d).Deactivate(admin, "marc"); err != nil {
			t.Fatal(err)
		}
		err := d.Read(admin, func(tx *db.Tx) error {
			for _, c := range []struct {
				chosen string
				want   []string
			}{{"", []string{"", "admin", "lena"}}, {"marc", []string{"", "admin", "lena", "marc"}}} {
				got, err := reader.People(tx, "Nobody", c.chosen)
				if err != nil {
					return err
				}
				var keys []string
				for _, o := range got {
					keys = append(keys, o.Value)
				}
				if !slices.Equal(keys, c.want) || got[0].Text != "Nobody" || got[2].Text != "Lena" {
					t.Errorf("with %q chosen: %v instead of %v", c.chosen, got, c.want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhoKnowsPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		admin := authtest.Admin(t, d)
		of := func(key string) id.Person {
			v, _ := auth.Viewer(authtest.Person(t, d, key))
			return v.Person
		}
		lena, marc := of("lena"), of("marc")
		err := d.Read(admin, func(tx *db.Tx) error {
			who, err := reader.WhoIs(tx, "Slipway", string(lena), "", string(lena), "a-program")
			if err != nil {
				return err
			}
			if got := who.Of(lena); got.Name != "Lena" || got.ID != string(lena) || who.Person(lena).Key != "lena" {
				t.Errorf("%+v is read for Lena", got)
			}
			if who.Of(marc).Name != "Slipway" || who.Of("").Name != "Slipway" || who.Name(marc) != "" || who.Person("a-program").ID != "" {
				t.Error("somebody is known who was not asked for")
			}
			if err := who.Learn(tx, lena, marc); err != nil {
				return err
			}
			if who.Name(marc) != "Marc" || who.Name(lena) != "Lena" {
				t.Error("Marc is not learnt, or Lena forgotten")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
