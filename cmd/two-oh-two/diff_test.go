package main

import (
	"os"
	"testing"

	. "github.com/onsi/gomega"
)

// Two runs are compared: what newly fails is an exit of its own, and the HTML report shows it beside the run.
func TestDiff(t *testing.T) {
	g := NewWithT(t)
	good, bad, dead := saved(t, ""), saved(t, mustFault), nobody(t)
	inFolder(t, map[string]string{"no.json": "{}"})
	g.Expect(call("replay", "-q", "--report=json=good.json", good).Code).To(Equal(exitConformant))
	got := call("replay", "-q", "--report=json=bad.json", "--report=html=bad.html", "--baseline=good.json", bad)
	g.Expect(got.Code).To(Equal(exitBreaks))
	g.Expect(os.ReadFile("bad.html")).To(And(ContainSubstring("Since the baseline"), ContainSubstring("<td>newly fails</td>")))

	got = call("diff", "good.json", "bad.json")
	g.Expect(got).To(And(HaveField("Code", exitBreaks), HaveField("Stderr", "")))
	g.Expect(got.Stdout).To(And(HavePrefix("✗ 1 requirement newly fails, 0 mended"), ContainSubstring("✗ start.own-job  MUST  passed → failed"), ContainSubstring("time to answer")))
	got = call("diff", "--format=markdown", "bad.json", "good.json")
	g.Expect(got).To(And(HaveField("Code", exitConformant), HaveField("Stdout", HavePrefix("## ✓ 0 requirements newly fail, 1 mended"))))
	g.Expect(call("diff", "--color=always", "bad.json", "bad.json")).To(And(HaveField("Code", exitConformant), HaveField("Stdout", HavePrefix("\x1b[32m✓ 0 requirements newly fail"))))

	g.Expect(call("check", "-q", "--report=json=nobody.json", dead).Code).To(Equal(exitInconclusive))
	g.Expect(call("diff", "good.json", "nobody.json").Code).To(Equal(exitInconclusive), "nothing newly fails, as far as can be told")
	g.Expect(call("replay", "-q", "--report=html=again.html", "--baseline=bad.json", bad).Code).To(Equal(exitBreaks))
	g.Expect(os.ReadFile("again.html")).To(ContainSubstring("0 requirements newly fail, 0 mended, 0 changed otherwise"))
	for says, args := range map[string][]string{
		"two JSON reports are needed, and 1 are given":  {"diff", "good.json"},
		`"no.json" can't be compared: its schema is ""`: {"diff", "good.json", "no.json"},
		"open none.json": {"diff", "none.json", "good.json"},
		`--baseline: "no.json" can't be compared`:                {"check", "--baseline=no.json", dead},
		`--format: "html" is not one of text, markdown`:          {"diff", "--format=html", "good.json", "bad.json"},
		"one of the two reports can be read from standard input": {"diff", "-", "-"},
	} {
		g.Expect(call(args...)).To(And(HaveField("Code", exitUsage), HaveField("Stdout", ""), HaveField("Stderr", ContainSubstring(says))))
	}
}
