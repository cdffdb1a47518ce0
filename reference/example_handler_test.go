package reference_test

import (
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/two-oh-two/two-oh-two/reference"
)

// The server is a handler: it needs no network.
func ExampleServer() {
	server, err := reference.New(reference.Options{BasePath: "/api", StartMethods: []string{"POST"}})
	if err != nil {
		panic(err)
	}
	started := httptest.NewRecorder()
	server.ServeHTTP(started, httptest.NewRequest("POST", "/api/deferredjob", nil))
	monitor := started.Header().Get("Location")
	fmt.Println(started.Code, strings.HasPrefix(monitor, "/api/monitor/"))

	read := httptest.NewRecorder()
	server.ServeHTTP(read, httptest.NewRequest("GET", monitor, nil))
	fmt.Println(read.Code)
	// Output:
	// 202 true
	// 200
}

// Every fault says what it breaks.
func ExampleFaults() {
	for _, fault := range reference.Faults() {
		if fault.Name == "monitor-third-read-500" {
			fmt.Println(fault.Breaks)
		}
	}
	// Output:
	// [monitor.status]
}
