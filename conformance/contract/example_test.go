package contract_test

import (
	"fmt"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Judge a record that is written by hand: a start whose 202 has two Locations.
func ExampleJudge() {
	o := &record.Observation{
		Protocol: record.TwoOhTwo,
		Target:   record.Target{BaseURL: "http://api.example.org", StartURL: "http://api.example.org/deferredjob", StartMethod: "GET"},
		Exchanges: []*record.Exchange{{
			Number: 1, Role: record.RoleStart, Job: 1, Way: record.WayAlone,
			Request: record.Request{Method: "GET", URL: "http://api.example.org/deferredjob"},
			Status:  202, Fields: []record.Field{{Name: "Location", Value: "/monitor/1"}, {Name: "Location", Value: "/monitor/2"}},
		}},
	}
	o.Arrange()
	for _, ruling := range contract.Judge(o, contract.Catalogue()) {
		if ruling.Outcome == contract.Fail && ruling.Level == contract.Must {
			fmt.Println(ruling.ID, ruling.Exchanges)
			fmt.Println(" got:", ruling.Got)
			fmt.Println("want:", ruling.Want)
		}
	}
	// Output:
	// start.location [1]
	//  got: 2 Location fields: "/monitor/1", "/monitor/2"
	// want: exactly one Location field, not empty
}
