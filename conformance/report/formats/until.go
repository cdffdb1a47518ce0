package formats

import (
	"context"
	"io"
)

// Until returns a writer that writes as long as a context lasts, and returns why it ended after that. It does not wait for a
// write that is under way then: nobody may be reading at the other end.
func Until(ctx context.Context, w io.Writer) io.Writer { return &until{ctx, w} }

type until struct {
	ctx context.Context
	to  io.Writer
}

func (u *until) Write(b []byte) (written int, err error) {
	const piece = 64 << 10
	for len(b) > 0 && err == nil {
		var n int
		n, err = u.write(b[:min(len(b), piece)])
		b, written = b[n:], written+n
	}
	return written, err
}

func (u *until) write(b []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Cause(u.ctx)
	}
	type outcome struct {
		n     int
		err   error
		panic any
	}
	done := make(chan outcome, 1)
	kept := append([]byte(nil), b...) // the caller may use it again while a write is given up
	go func() {
		var o outcome
		defer func() {
			o.panic = recover()
			done <- o
		}()
		o.n, o.err = u.to.Write(kept)
	}()
	select {
	case o := <-done:
		if o.panic != nil {
			panic(o.panic) // as if it had been written here
		}
		return o.n, o.err
	case <-u.ctx.Done():
		return 0, context.Cause(u.ctx)
	}
}
