package reference_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/two-oh-two/two-oh-two/reference"
)

// A client is tested against a server whose third read of a monitor fails.
func Example() {
	server, err := reference.New(reference.Options{Faults: []string{"monitor-third-read-500"}})
	if err != nil {
		panic(err)
	}
	stub := httptest.NewServer(server)
	defer stub.Close()

	status := func(url string) (int, string) {
		response, err := http.Get(url)
		if err != nil {
			panic(err)
		}
		defer response.Body.Close()
		return response.StatusCode, response.Header.Get("Location")
	}
	started, monitor := status(stub.URL + "/deferredjob")
	fmt.Println("start", started)
	for range 3 {
		read, _ := status(stub.URL + monitor)
		fmt.Println("monitor", read)
	}
	// Output:
	// start 202
	// monitor 200
	// monitor 200
	// monitor 500
}
