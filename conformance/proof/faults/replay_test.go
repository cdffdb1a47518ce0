package faults

import (
	"bytes"
	"reflect"
	"testing"
	"testing/synctest"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/har"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestReplay shows that a saved run is judged as it was when it was made, and told in the same bytes: of the reference,
// and of some faults.
func TestReplay(t *testing.T) {
	oneIn := 12 * harness.Rows(t)
	for i, fault := range append([]reference.Fault{{Name: "none"}}, reference.Faults()...) {
		if i%oneIn == 0 {
			t.Run(fault.Name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { replay(t, fault) })
			})
		}
	}
}

// TestReplayOfMany shows it of runs whose reports leave out most exchanges: they are judged on all.
func TestReplayOfMany(t *testing.T) {
	harness.Full(t)
	many := func(t *conformance.Target) { t.Jobs = 900 }
	for _, fault := range append([]reference.Fault{{Name: "none"}}, reference.Faults()...) {
		if fault.Name == "none" || fault.Name == "result-late" {
			t.Run(fault.Name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { replay(t, fault, many) })
			})
		}
	}
}

func replay(t *testing.T, fault reference.Fault, also ...func(*conformance.Target)) {
	options, prepare := harness.ForFault(fault, also...)
	if fault.Name != "none" {
		options.Faults = []string{fault.Name}
	}
	var made *record.Observation
	judged := harness.CheckFault(t, fault, options, prepare, conformance.Keep(func(o *record.Observation) { made = o }))
	var saved bytes.Buffer
	if err := har.Write(&saved, made); err != nil {
		t.Fatal(err)
	}
	if omitted := judged.Targets[0].Omitted; (omitted != nil) != (len(also) > 0) {
		t.Errorf("%d exchanges, and omitted are %+v", len(made.Exchanges), omitted)
	}
	if bytes.Contains(saved.Bytes(), []byte("-secret")) {
		t.Error("credentials were saved")
	}
	back, err := har.Read(&saved)
	if err != nil {
		t.Fatal(err)
	}
	again, err := conformance.Judge(back[0])
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(judgements(made), judgements(back[0])) {
		t.Errorf("judged\n%+v\nand then\n%+v", judgements(made), judgements(back[0]))
	}
	for _, format := range forms() {
		if was, is := written(t, format, judged), written(t, format, again); was != is {
			t.Errorf("%s told\n%s\nand then\n%s", format.Name, was, is)
		}
	}
}

// judgements are the rulings without the requirements, which have functions and can't be compared.
func judgements(o *record.Observation) []contract.Judgement {
	var all []contract.Judgement
	for _, ruling := range contract.Judge(o, contract.Catalogue()) {
		all = append(all, ruling.Judgement)
	}
	return all
}

func forms() []formats.Format {
	return append(formats.All(), formats.Format{Name: "verbose", Write: text.Styled(text.Style{Verbose: true})})
}

func written(t *testing.T, format formats.Format, r report.Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := format.Write(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
