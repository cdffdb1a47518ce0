package main

import (
	"context"

	"github.com/two-oh-two/two-oh-two/reference"
)

// keepJobs gives the options the store that --store names, if it names one. What it returns closes that.
func (s *serving) keepJobs(ctx context.Context, options *reference.Options) (closing func(), err error) {
	if s.store == "" {
		return func() {}, nil
	}
	options.Store, closing, err = openStore(ctx, s.store)
	if err != nil {
		return nil, usagef("--store: %v", err)
	}
	return closing, nil
}
