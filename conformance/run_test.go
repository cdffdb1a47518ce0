package conformance_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestRunParallel judges two servers at the same time, in one process: run with -count and -race too.
func TestRunParallel(t *testing.T) {
	for name, locations := range map[string]reference.LocationForm{"relative": reference.RelativeLocations, "absolute": reference.AbsoluteLocations} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			handler, err := reference.New(reference.Options{JobDuration: 100 * time.Millisecond, Locations: locations})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(handler)
			defer server.Close()
			conformance.Run(t, conformance.Target{BaseURL: server.URL})
		})
	}
}
