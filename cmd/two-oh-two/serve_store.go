package main

import "context"

// keepJobs opens the store that --store names, if it names one. What it returns closes that.
func (s *serving) keepJobs(ctx context.Context) (closing func(), err error) {
	if s.store == "" {
		return func() {}, nil
	}
	s.options.Store, closing, err = openStore(ctx, s.store)
	if err != nil {
		return nil, usagef("--store: %v", err)
	}
	return closing, nil
}
