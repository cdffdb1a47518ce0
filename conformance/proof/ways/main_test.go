package ways

import (
	"flag"
	"os"
	"testing"
)

// TestMain lets more tests run side by side than there are processors, where nobody says how many: some wait for processes
// and a browser meanwhile.
func TestMain(m *testing.M) {
	flag.Parse()
	said := os.Getenv(targetVariable) != "" // one of the ways: Ginkgo wants no such flag
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		_ = flag.Set("test.parallel", "4")
	}
	os.Exit(m.Run())
}
