package deployweb_test

import (
	"testing"

	"slipway/internal/deploy/deploytest"
)

func TestMain(m *testing.M) {
	deploytest.Shim()
	m.Run()
}
