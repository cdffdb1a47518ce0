package conformance_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/reference"
)

// Judge a server, and look at what was found.
func ExampleCheck() {
	handler, _ := reference.New(reference.Options{
		JobDuration: 50 * time.Millisecond,
		Faults:      []string{"result-once-then-410"},
	})
	server := httptest.NewServer(handler)
	defer server.Close()

	report, err := conformance.Check(context.Background(), conformance.Target{BaseURL: server.URL})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Verdict)
	for _, r := range report.Targets[0].Requirements {
		if r.Outcome == contract.Fail {
			fmt.Println(r.Level, r.ID)
			fmt.Println("want:", r.Want)
		}
	}
	// Output:
	// fail
	// MUST result.repeatable
	// want: 200 and the result, each time
}

// Judge a handler of your own as a part of its tests: one subtest a requirement.
func ExampleRun() {
	_ = func(t *testing.T) { // func TestMyServer(t *testing.T)
		handler, err := reference.New(reference.Options{}) // yours
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(handler)
		defer server.Close()
		conformance.Run(t, conformance.Target{BaseURL: server.URL}, conformance.Skip("result.stable"))
	}
}

// Judge only a part.
func ExampleOnly() {
	requirements, _ := conformance.Requirements(conformance.Only("start"), conformance.Skip("start.prompt"))
	for _, r := range requirements {
		fmt.Println(r.Level, r.ID)
	}
	_, err := conformance.Requirements(conformance.Only("monitor.redy"))
	fmt.Println(err)
	// Output:
	// MUST start.accepted
	// MUST start.location
	// MUST start.own-job
	// SHOULD start.head
	// MUST start.uncacheable
	// there is no requirement or group "monitor.redy": did you mean "monitor.ready"?
}
