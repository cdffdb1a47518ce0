package observe

import (
	"fmt"
	"runtime/debug"
)

// A panicError is a panic in one of the run's goroutines, with the stack of that goroutine. Observe panics with it in its caller's
// goroutine, where it can be recovered: an unrecovered panic would end the process without a report.
type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string { return fmt.Sprintf("%v\n\n%s", p.value, p.stack) }

// guarded returns a function for a goroutine of its own: a panic in f ends the run, and Observe passes it on.
func (r *run) guarded(f func()) func() {
	return func() {
		defer func() {
			if value := recover(); value != nil {
				r.panics(value)
			}
		}()
		f()
	}
}

// inBackground calls f in a goroutine of its own, guarded, and says when it has ended.
func (r *run) inBackground(f func()) (ended <-chan struct{}) {
	return background(r, func() (none struct{}) { f(); return none })
}

// background calls f in a goroutine of its own, guarded. What it returns can be received once; it is the zero value where f panics.
func background[T any](r *run, f func() T) <-chan T {
	ended := make(chan T, 1)
	go func() {
		var result T
		defer func() { ended <- result }()
		r.guarded(func() { result = f() })()
	}()
	return ended
}

// panics notes the first panic, and ends the run. It is called while the goroutine panics.
func (r *run) panics(value any) {
	r.panicked.CompareAndSwap(nil, &panicError{value, debug.Stack()})
	r.cancel()
}

// rethrow panics where a goroutine of the run did.
func (r *run) rethrow() {
	if p := r.panicked.Load(); p != nil {
		panic(p)
	}
}
