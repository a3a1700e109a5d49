//go:build !unix

package db

import (
	"errors"
	"os"
)

func lockFile(*os.File) error { return errors.New("file locks are available on Unix systems only") }
