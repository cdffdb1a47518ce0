package suggest

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"monitor.ready", "monitor.status", "result.ok", "start.head"}
	for misspelt, want := range map[string]string{
		"monitor.redy": "monitor.ready", "monitor.ready": "monitor.ready", "Monitor.Ready": "monitor.ready", "monitor.state": "monitor.status",
		"result.okay": "result.ok", "start.haed": "start.head", "xyz": "", "": "", "completely different": "",
	} {
		if got := Nearest(misspelt, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", misspelt, got, want)
		}
	}
	if Nearest("a", nil) != "" {
		t.Error("near to nothing")
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"same", "same", 0}} {
		if distance(c.a, c.b) != c.want || distance(c.b, c.a) != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, distance(c.a, c.b), c.want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	many := []string{"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9"}
	for _, row := range []struct {
		name      string
		known     []string
		otherwise string
		want      string
	}{
		{"jsno", []string{"json", "text"}, "", `did you mean "json"?`},
		{"nothing", []string{"json", "text"}, "list shows them all", "there are json, text"},
		{"nothing", many, "list shows them all", "list shows them all"},
	} {
		if got := DidYouMean(row.name, row.known, row.otherwise); got != row.want {
			t.Errorf("DidYouMean(%q) = %q, want %q", row.name, got, row.want)
		}
	}
}
