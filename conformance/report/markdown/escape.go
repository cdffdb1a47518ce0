package markdown

import (
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// codeSpan is a text in one line of code: within it no character means anything, on GitHub either, which makes links
// of @names and #numbers elsewhere, escaped or not. Its fence is longer than any run of backticks in it.
func codeSpan(text string) string {
	text = report.EscapeUnsafe(text)
	if strings.TrimSpace(text) == "" {
		return "` `"
	}
	marks := strings.Repeat("`", longestRun(text)+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || strings.HasPrefix(text, " ") && strings.HasSuffix(text, " ") {
		text = " " + text + " " // one of them at each end is taken away again
	}
	return marks + text + marks
}

// cell is a code span in a table. A bar ends a cell even in code, and what escapes it differs between readers: it is shown as a broken bar.
func cell(text string) string { return codeSpan(strings.ReplaceAll(text, "|", "¦")) }

// fence is a block of code. The text is escaped line by line already, as printers write it.
func fence(text string) string {
	text = strings.Trim(text, "\n")
	marks := strings.Repeat("`", max(3, longestRun(text)+1))
	return marks + "text\n" + text + "\n" + marks + "\n\n"
}

// longestRun is the length of the longest run of backticks.
func longestRun(text string) int {
	longest, run := 0, 0
	for _, c := range text {
		if c != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// folded is a part that is opened by hand. What it says and how are ours.
func folded(summary, text string) string {
	return "<details><summary>" + summary + "</summary>\n\n" + text + "</details>\n\n"
}
