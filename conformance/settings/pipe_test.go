//go:build unix

package settings

import (
	"fmt"
	"os"
	"testing"

	. "github.com/onsi/gomega"
)

// TestCertificateFromPipe shows that a certificate may come from a pipe, as a shell's <(command) has it: what it holds can be read once.
func TestCertificateFromPipe(t *testing.T) {
	g := NewWithT(t)
	read, write, err := os.Pipe()
	g.Expect(err).NotTo(HaveOccurred())
	defer read.Close()
	_, err = write.Write(pemFile(t))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(write.Close()).To(Succeed())
	path := fmt.Sprintf("/dev/fd/%d", read.Fd())
	if _, err := os.Stat(path); err != nil {
		t.Skip("open files have no paths here")
	}
	g.Expect(aTarget(t, "", "-cert="+path).TLS.Certificates).To(HaveLen(1))
}
