//go:build !store

package main

import (
	"context"
	"errors"

	"github.com/two-oh-two/two-oh-two/reference"
)

// openStore opens none. NATS is left out of an ordinary build: with it, go run ./cmd/two-oh-two check, which is most people's first
// minute, takes more than a fifth longer to compile.
func openStore(context.Context, string) (reference.Store, func(), error) {
	return nil, nil, errors.New("this build can't keep jobs: build it with go build -tags store ./cmd/two-oh-two")
}
