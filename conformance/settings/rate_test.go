package settings

import (
	"testing"

	. "github.com/onsi/gomega"
)

func TestRate(t *testing.T) {
	for value, rate := range map[string]float64{"5": 5, "0.5": 0.5, "1e3": 1000} {
		NewWithT(t).Expect(aTarget(t, "", "-rate="+value).Rate).To(Equal(rate))
	}
	for _, value := range []string{"", "0", "-1", "NaN", "Inf", "fast", "5/s"} {
		s, err := given([]string{"-rate=" + value}, nil, "")
		g := NewWithT(t)
		g.Expect(err).NotTo(HaveOccurred())
		_, _, err = s.Targets()
		g.Expect(err).To(MatchError(ContainSubstring("--rate: ")), value)
	}
}
