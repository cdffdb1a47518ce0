//go:build store

package main

import (
	"context"
	"strings"

	"github.com/two-oh-two/two-oh-two/reference"
	"github.com/two-oh-two/two-oh-two/reference/natsstore"
	"github.com/two-oh-two/two-oh-two/reference/natsstore/engine"
)

// openStore opens the bucket of a URL, or the files of a folder.
func openStore(ctx context.Context, where string) (reference.Store, func(), error) {
	if strings.Contains(where, "://") {
		store, err := natsstore.Open(ctx, where)
		if err != nil {
			return nil, nil, err
		}
		return store, store.Close, nil
	}
	store, err := engine.Open(ctx, where)
	if err != nil {
		return nil, nil, err
	}
	return store, store.Close, nil
}
