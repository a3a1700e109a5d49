package job

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"slipway/internal/platform/job/riverschema"
)

// MigrateRiver brings River's own tables to the version that this binary uses, as riverschema.Migrate does, which db.Migrate
// takes.
func MigrateRiver(ctx context.Context, pool *pgxpool.Pool) error {
	return riverschema.Migrate(ctx, pool)
}
