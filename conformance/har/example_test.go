package har_test

import (
	"bytes"
	"fmt"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/har"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// What was seen of a target is kept in a file, which browsers open too, and read again.
func Example() {
	seen := &record.Observation{ // as conformance.Keep gives it; here it is written by hand
		Run: "k3x9", Began: time.Date(2026, 3, 14, 3, 9, 26, 0, time.UTC),
		Target: record.Target{BaseURL: "https://example.com", StartURL: "https://example.com/deferredjob", StartMethod: "GET"},
		Exchanges: []*record.Exchange{{
			Number: 1, Job: 1, Role: record.RoleStart, Way: record.WayAlone,
			Request: record.Request{Method: "GET", URL: "https://example.com/deferredjob"},
			Status:  202, Fields: []record.Field{{Name: "Location", Value: "/monitor/1"}},
			Received: 5 * time.Millisecond, Ended: 5 * time.Millisecond, Connection: 1, Fresh: true, Protocol: "HTTP/1.1",
		}},
	}
	seen.Arrange()
	var file bytes.Buffer
	if err := har.Write(&file, seen); err != nil {
		panic(err)
	}
	again, err := har.Read(&file)
	if err != nil {
		panic(err)
	}
	for _, e := range again[0].Exchanges {
		fmt.Println(e.Request.Method, e.Request.URL, e.Status)
	}
	// Output:
	// GET https://example.com/deferredjob 202
}
