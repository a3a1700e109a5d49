package migrations

import "embed"

// Files are the migrations, named NNNN_area.sql.
//
//go:embed *.sql
var Files embed.FS
