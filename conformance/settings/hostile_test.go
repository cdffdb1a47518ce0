package settings

import (
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// A value with a control character is refused whatever setting it is for and wherever it stands, in one sentence that does not have it.
func TestControlCharacters(t *testing.T) {
	for _, row := range new(Run).Rows() {
		for _, value := range []string{"a\x00b", "a\nb", "a\r", "\x1b[2J", "a\x7f"} {
			for source, by := range map[string]string{"flag": "--" + row.Name, "variable": Environment(row.Name)} {
				t.Run(row.Name+" "+source, func(t *testing.T) {
					g := NewWithT(t)
					environ := map[string]string{}
					args := []string{"-" + row.Name + "=" + value}
					if source == "variable" {
						environ[Environment(row.Name)], args = value, nil
						if row.Repeats && strings.ContainsAny(value, "\n\r") {
							t.Skip("lines are values of their own")
						}
					}
					s, err := given(args, environ, "")
					g.Expect(err).NotTo(HaveOccurred())
					_, _, err = s.Targets()
					if row.Name == "data" {
						g.Expect(err).NotTo(HaveOccurred(), "any bytes are a body")
						return
					}
					g.Expect(err).To(BeAssignableToTypeOf(&Error{}))
					g.Expect(err).To(MatchError(And(HavePrefix(by+": "), Not(MatchRegexp(`[\x00-\x1f\x7f]`)))))
				})
			}
		}
	}
}

var takesNumber = regexp.MustCompile("^`(N|DURATION|SIZE)`")

// Absurd numbers are refused by every setting that takes one, in one sentence.
func TestAbsurdNumbers(t *testing.T) {
	absurd := []string{"NaN", "Inf", "-Inf", "+inf", "1e400", "-1", "-1s", "-1MiB", "99999999999999999999", "9223372036854775807h", "2562047h", "1e300GiB", "0x", "٣", "1 0", "5/s", "1e-300"}
	for _, row := range new(Run).Rows() {
		if !takesNumber.MatchString(row.Usage) {
			continue
		}
		for _, value := range absurd {
			s, err := given([]string{"-" + row.Name + "=" + value}, nil, "")
			g := NewWithT(t)
			g.Expect(err).NotTo(HaveOccurred())
			_, _, err = s.Targets()
			g.Expect(err).To(MatchError(And(HavePrefix("--"+row.Name+": "), Not(ContainSubstring("\n")))), "%s=%s", row.Name, value)
		}
	}
}

// What is secret in a URL is in no message and in nothing that is shown.
func TestSecretsOfURLs(t *testing.T) {
	const secret = "s3cret"
	environ := map[string]string{"TOKEN": secret}
	for _, args := range []string{
		"-base-url=http://h/x?key=s3cret", "-base-url=http://s3cret@h/?q", "-base-url=http://u:s3cret@h/?q", "-base-url=http://u:s3cret@", "-base-url=http://u:s3/s3cret@h/%zz",
		"-base-url=h?token=s3cret", "-base-url=//h?token=s3cret", "-base-url=ftp://h?sig=s3cret", "-base-url=http://h:1x/?api_key=s3cret",
		"-base-url=http://h:$TOKEN/ -expand=TOKEN", "-base-url=http://h/$TOKEN?a -expand=TOKEN", "-base-url=u:s3cret@h",
		"-origin=http://u:s3cret@h", "-origin=http://h/?token=s3cret", "-allow-origin=http://s3cret@h", "-allow-origin=h?password=s3cret",
		"-start-path=x?key=s3cret", "-start-path=http://u:s3cret@h/", "-start-path=/x?token=s3cret#", "-start-path=/%?sig=s3cret", "-start-path=/?key={s3cret}",
		"-user=s3cret", "-user=s3cret:s3cret -header=Authorization:s3cret", "-cookie=s3cret", "-cookie=a=$TOKEN", "-user=me:$TOKEN -expand=TOKEN -base-url=http://u:s3cret@h",
		"-base-url=http://u:s3cret@h -header=Authorization:s3cret", "-header=Authorization:s3cret -header=Cookie:",
	} {
		g := NewWithT(t)
		s, err := given(strings.Fields(args), environ, "")
		g.Expect(err).NotTo(HaveOccurred())
		_, _, err = s.Targets()
		g.Expect(err).To(MatchError(Not(ContainSubstring(secret))), args)
		var shown strings.Builder
		g.Expect(s.Show(&shown, s.Rows())).To(Succeed())
		g.Expect(shown.String()).NotTo(ContainSubstring(secret), args)
	}
	s, _ := given([]string{"-start-path=/jobs?n={n}&key=s3cret&a=b", "-base-url=http://u:s3cret@h/api"}, nil, "")
	var shown strings.Builder
	NewWithT(t).Expect(s.Show(&shown, s.Rows())).To(Succeed())
	NewWithT(t).Expect(shown.String()).To(And(ContainSubstring("/jobs?n={n}&key=xxxxx&a=b"), ContainSubstring("http://xxxxx@h/api"), Not(ContainSubstring(secret))))
}

// What is shown is read again as it was, whatever YAML makes of such a text without quotes.
func TestShowRoundTrip(t *testing.T) {
	values := []string{"null", "~", "true", "yes", "1e3", "0x1p4", "4", "2026-11-26", "", " x", "x ", "#a", "a # b", "a: b", "- a", "[a", "{n}", "*a", "&a", "!a", "%a", "@a", "`a", `"a`, "'a", "a\nb", "a\nb\n", "\n", "a\r\nb", "\t", "\u2028", "é"}
	rows := []Setting{{Name: "one"}, {Name: "many", Repeats: true}}
	for _, value := range values {
		g := NewWithT(t)
		s := &Sources{Getenv: func(string) string { return "" }}
		s.Set("one", value)
		s.Set("many", value)
		s.Set("many", "second")
		var shown strings.Builder
		g.Expect(s.Show(&shown, rows)).To(Succeed())
		read, err := readConfig(yamlFile(t, shown.String()), rows, nil)
		g.Expect(err).NotTo(HaveOccurred(), shown.String())
		g.Expect(read["one"].values).To(Equal([]string{value}), shown.String())
		g.Expect(read["many"].values).To(Equal([]string{value, "second"}), shown.String())
	}
}
