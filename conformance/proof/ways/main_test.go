package ways

import (
	"os"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

func TestMain(m *testing.M) {
	if os.Getenv(targetVariable) == "" { // else it is one of the ways: Ginkgo wants no such flag
		harness.SideBySide()
	}
	os.Exit(m.Run())
}
