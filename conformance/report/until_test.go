package report_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
)

var errEnough = errors.New("enough")

// A writer that lasts until a context ends writes everything before, and nothing after; one that nobody reads from is given up.
func TestUntil(t *testing.T) {
	g := NewWithT(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	var out bytes.Buffer
	to := formats.Until(ctx, &out)
	text := bytes.Repeat([]byte("0123456789"), 100_000)
	n, err := to.Write(text)
	g.Expect(n, err).To(Equal(len(text)))
	g.Expect(bytes.Equal(out.Bytes(), text)).To(BeTrue())

	in, stuck := io.Pipe()
	given := make(chan error)
	go func() {
		_, err := formats.Until(ctx, stuck).Write(text)
		given <- err
	}()
	_, err = io.ReadFull(in, make([]byte, 1000))
	g.Expect(err).NotTo(HaveOccurred())
	cancel(errEnough)
	g.Expect(<-given).To(MatchError(errEnough))
	g.Expect(in.Close()).To(Succeed())
	g.Expect(report.WriteJSON(to, written(report.Options{}))).To(MatchError(errEnough))
	g.Expect(out.Len()).To(Equal(len(text)))
}
