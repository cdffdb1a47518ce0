package contract

import (
	_ "embed" // of the reports
	"encoding/json"
	"fmt"
	"sync"
)

// A FieldReport is a public report of a server, a proxy or a client that met what a requirement is about: in this
// dialect of the pattern, or in a neighbouring one.
type FieldReport struct {
	Repository string // "owner/name"
	Kind       string // at GitHub, as the URL says it: "issues" or "pull"
	Number     int
	Says       string // what went wrong, in our own words
}

// Title names the report in short: repository#number.
func (f FieldReport) Title() string { return fmt.Sprintf("%s#%d", f.Repository, f.Number) }

// URL is where the report is.
func (f FieldReport) URL() string {
	return fmt.Sprintf("https://github.com/%s/%s/%d", f.Repository, f.Kind, f.Number)
}

// FieldReports returns the reports from the field about a requirement, the most telling first; none where none is known.
func FieldReports(id string) []FieldReport { return fieldReports()[id] }

//go:embed field_reports.json
var fieldData []byte

var fieldReports = sync.OnceValue(func() map[string][]FieldReport {
	var all map[string][]FieldReport
	if err := json.Unmarshal(fieldData, &all); err != nil {
		panic("field_reports.json: " + err.Error()) // it is built in, and a test reads it
	}
	return all
})
