package report_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// flooded is a record of so many exchanges, each with as many fields and as long texts, and every requirement failed by fifty of them.
func flooded(exchanges, fields int, text string) report.Finding {
	o := &record.Observation{Began: began, Duration: time.Minute, Target: record.Target{BaseURL: base, StartURL: base + "/deferredjob"}}
	for n := range exchanges {
		e := body(exchange(n+1, 1+n%(1+exchanges/7), record.RoleMonitor, "GET", "/monitor/"+text, n, 200), text)
		for i := range fields {
			e.Fields = append(e.Fields, record.Field{Name: fmt.Sprintf("X-%d", i), Value: text})
		}
		o.Exchanges = append(o.Exchanges, e)
	}
	o.Arrange()
	finding := report.Finding{Observation: o}
	for i, r := range contract.Catalogue() {
		failure := contract.Judgement{Outcome: contract.Fail, Got: text, Want: text}
		for k := range 50 {
			failure.Exchanges = append(failure.Exchanges, 1+(i*50+k)%exchanges)
		}
		finding.Rulings = append(finding.Rulings, contract.Ruling{Requirement: r, Judgement: failure})
	}
	return finding
}

// counter counts what is written.
type counter int

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// Whatever a record holds, no format is larger than 20 MB.
func TestBounds(t *testing.T) {
	t.Parallel()
	for _, text := range []struct {
		name, text              string
		exchanges, fields, long int
	}{
		{"angles", "<", 4000, 0, 700}, {"quotes", `"`, 3000, 4, 8000}, {"tags", "\U000E0041", 3000, 4, 8000},
	} {
		t.Run(fmt.Sprintf("%s/%d exchanges, %d fields of %d", text.name, text.exchanges, text.fields, text.long), func(t *testing.T) {
			r := report.New(report.Options{}, flooded(text.exchanges, text.fields, strings.Repeat(text.text, text.long/len(text.text)+1)))
			expectBounded(t, r)
		})
	}
	var several []report.Report
	for range 3 {
		several = append(several, report.New(report.Options{}, flooded(4000, 14, strings.Repeat("<", 100))))
	}
	expectBounded(t, report.Combine(several...))
}

func expectBounded(t *testing.T, r report.Report) {
	t.Helper()
	for _, format := range append(formats.All(), formats.Format{Name: "verbose text", Write: text.Styled(text.Style{Verbose: true})}) {
		var size counter
		NewWithT(t).Expect(format.Write(io.Writer(&size), r)).To(Succeed())
		if size > 20_000_000 {
			t.Errorf("%s has %d bytes", format.Name, size)
		}
		if testing.Verbose() {
			t.Logf("%s %.1f MB", format.Name, float64(size)/1e6)
		}
	}
}
