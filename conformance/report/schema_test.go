package report_test

import (
	"bytes"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// Every report of these tests is valid by the schema that two-oh-two schema report writes.
func TestReportsAreValid(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../.schema/report.json")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	all := reports()
	all["several"], all["thinned"], all["strict"] = several(), thinned(), written(report.Options{Strict: true})
	all["known"] = written(report.Options{Known: known()})
	for name, r := range all {
		var text bytes.Buffer
		NewWithT(t).Expect(report.WriteJSON(&text, r)).To(Succeed())
		value, err := jsonschema.UnmarshalJSON(&text)
		NewWithT(t).Expect(err).NotTo(HaveOccurred())
		NewWithT(t).Expect(schema.Validate(value)).To(Succeed(), name)
	}
}
