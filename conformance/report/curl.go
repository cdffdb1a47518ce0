package report

import (
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// Curl is a command line that sends an exchange's request again. Where a secret was recorded as a
// placeholder such as $AUTHORIZATION, the shell fills it in. Bodies are left to the reader.
func Curl(e *contract.Exchange) string {
	if e == nil || e.Request.URL == "" {
		return ""
	}
	words := []string{"curl", "-i", "--path-as-is"}
	switch method := e.Request.Method; {
	case method == "HEAD":
		words = append(words, "--head")
	case method != "GET":
		words = append(words, "-X", quote(method))
	}
	for _, f := range e.Request.Fields {
		if strings.EqualFold(f.Name, "User-Agent") || strings.EqualFold(f.Name, "Accept-Encoding") {
			continue
		}
		words = append(words, "-H", quote(f.Name+": "+f.Value))
	}
	if e.Request.BodyLength > 0 {
		words = append(words, "--data-binary", "@BODY")
	}
	return strings.Join(append(words, quote(e.Request.URL)), " ")
}

// quote quotes a word for a POSIX shell; a placeholder of ours stays open to the shell.
func quote(word string) string {
	if i := strings.Index(word, ": $"); i >= 0 && placeholder(word[i+3:]) {
		return `"` + word + `"`
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

func placeholder(name string) bool {
	return name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}
