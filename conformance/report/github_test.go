package report_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
	"github.com/two-oh-two/two-oh-two/conformance/report/sarif"
)

// A runnerCommand is what GitHub's runner makes of a line.
type runnerCommand struct{ Name, Title, Data string }

// registered are names that the runner obeys.
const registered = " error warning notice debug group endgroup add-mask set-output save-state set-env add-path stop-commands add-matcher remove-matcher echo "

// obeyed reads a log as the runner does: a line of ::name properties::data, behind blanks too, or ##[name properties]data anywhere in one.
func obeyed(log string) (all []runnerCommand) {
	unescape := strings.NewReplacer("%3A", ":", "%2C", ",", "%0D", "\r", "%0A", "\n", "%25", "%")
	parse := func(info, data, apart string) bool {
		name, properties, _ := strings.Cut(info, " ")
		if !strings.Contains(registered, " "+strings.ToLower(name)+" ") {
			return false
		}
		c := runnerCommand{Name: name, Data: unescape.Replace(data)}
		for property := range strings.SplitSeq(properties, apart) {
			if value, found := strings.CutPrefix(strings.TrimSpace(property), "title="); found {
				c.Title = unescape.Replace(value)
			}
		}
		all = append(all, c)
		return true
	}
	for _, line := range strings.FieldsFunc(log, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if rest, found := strings.CutPrefix(strings.TrimSpace(line), "::"); found {
			if info, data, found := strings.Cut(rest, "::"); found && parse(info, data, ",") {
				continue
			}
		}
		if _, rest, found := strings.Cut(line, "##["); found {
			if info, data, found := strings.Cut(rest, "]"); found {
				parse(info, data, ";")
			}
		}
	}
	return all
}

func TestGitHubAnnotations(t *testing.T) {
	g := NewWithT(t)
	got := obeyed(string(render(t, "github", several())))
	g.Expect(got).To(HaveLen(3))
	g.Expect(got[0]).To(Equal(runnerCommand{"error", "two-oh-two: could not tell", "inconclusive: http://127.0.0.1:1: the connection is refused"}))
	g.Expect(got[1]).To(And(HaveField("Name", "error"), HaveField("Title", "monitor.ready (MUST) at "+base), HaveField("Data", ContainSubstring("\ngot: job 1: the first read"))))
	g.Expect(got[2]).To(And(HaveField("Name", "warning"), HaveField("Title", HavePrefix("monitor.no-store (SHOULD)"))))
	names := func(r report.Report) (all []string) {
		for _, c := range obeyed(string(render(t, "github", r))) {
			all = append(all, c.Name)
		}
		return all
	}
	g.Expect(names(written(report.Options{Strict: true}))).To(Equal([]string{"error", "error", "error"}))
	g.Expect(names(written(report.Options{Known: known()}))).To(Equal([]string{"error", "error", "notice"}), "what counts comes first")
	g.Expect(names(report.Combine())).To(Equal([]string{"error"}))
}

// commands that a server may hope the runner obeys.
var commands = []string{
	"::error::owned", "::set-env name=PATH::owned", "  ::stop-commands::owned", "\n::error::owned\n", "\r::error::owned", "%0A::error::owned",
	"##[error]owned", "x ##[add-path]owned", "###[add-path]owned", "####[[add-path]owned", "::::error::owned", ":::error::owned", "a,title=owned::", "a:b::error::owned",
	"\u2028::error::owned", "\u00a0::error::owned", "\v::error::owned", "\t::error::owned",
}

// No text of a server's is a command, neither among ours nor in any other report that goes to a log.
func TestGitHubObeysNoServer(t *testing.T) {
	for _, evil := range commands {
		g := NewWithT(t)
		r := poisoned(evil)
		for _, c := range obeyed(string(render(t, "github", r))) {
			g.Expect([]string{"error", "warning", "notice"}).To(ContainElement(c.Name))
			g.Expect(c.Data).NotTo(HavePrefix("owned"), "%q", evil)
			g.Expect(c.Title).NotTo(HavePrefix("owned"), "%q", evil)
			g.Expect(c.Title).To(Or(HavePrefix("two-oh-two: "), MatchRegexp(`^[a-z-]+\.[a-z-]+ \((MUST|SHOULD)\) at `)), "%q", evil)
		}
		for _, format := range formats.All() {
			if format.Name == "github" {
				continue
			}
			var out strings.Builder
			g.Expect(formats.ForLog(format.Write)(&out, r)).To(Succeed())
			g.Expect(obeyed(out.String())).To(BeEmpty(), "%s, %q", format.Name, evil)
		}
	}
}

// JSON in a log is JSON still, and says the same.
func TestGitHubLogOfJSON(t *testing.T) {
	g := NewWithT(t)
	r := poisoned("::error::owned ##[error]owned")
	var out strings.Builder
	g.Expect(formats.ForLog(writeJSON)(&out, r)).To(Succeed())
	var back report.Report
	g.Expect(json.Unmarshal([]byte(out.String()), &back)).To(Succeed())
	g.Expect(back.Targets[0].Name).To(Equal(r.Targets[0].Name))
	out.Reset()
	g.Expect(formats.ForLog(sarif.Write)(&out, r)).To(Succeed())
	g.Expect(validSARIF([]byte(out.String()))).To(Succeed())
}

// Without that, some would be.
func TestGitHubLogIsNeeded(t *testing.T) {
	g := NewWithT(t)
	g.Expect(obeyed(string(render(t, "text", poisoned("::error::owned"))))).NotTo(BeEmpty())
	g.Expect(obeyed(string(render(t, "text", poisoned("##[error]owned"))))).NotTo(BeEmpty())
	var out strings.Builder
	echo := func(w io.Writer, _ report.Report) error {
		_, err := io.WriteString(w, "a\n  ::error::b :: c\n##[group]d\n")
		return err
	}
	g.Expect(formats.ForLog(echo)(&out, report.Report{})).To(Succeed())
	g.Expect(out.String()).To(Equal("a\n  \\x3a:error::b :: c\n##\\x5bgroup]d\n"), "what was sent is shown")
}

// However a text is split into writes, it comes out as if it were one.
func TestQuietLogWhateverTheSplit(t *testing.T) {
	g := NewWithT(t)
	for _, evil := range append(commands, "a\n  ::error::b\n##[x]\n", "#", "a##", ":", "a\n:", "a: :: b", "\n \n ::x::") {
		var whole strings.Builder
		g.Expect(formats.ForLog(func(w io.Writer, _ report.Report) error { _, err := io.WriteString(w, evil); return err })(&whole, report.Report{})).To(Succeed())
		for first := range len(evil) + 1 {
			for second := first; second <= len(evil); second++ {
				var out strings.Builder
				quiet := formats.QuietLog(&out)
				for _, part := range []string{evil[:first], evil[first:second], evil[second:]} {
					_, err := io.WriteString(quiet, part)
					g.Expect(err).NotTo(HaveOccurred())
				}
				g.Expect(quiet.Flush()).To(Succeed())
				g.Expect(out.String()).To(Equal(whole.String()), "%q %d %d", evil, first, second)
			}
		}
	}
}
