package contract

import "testing"

func TestRespelled(t *testing.T) {
	const url = "http://h/monitor/ab%2Fq?job=7"
	seen := map[string]bool{}
	for n := range 3 {
		seen[Respelled(url, n)] = true
	}
	for _, want := range []string{"http://h/monitor/%61b%2Fq?job=7", "http://h/monitor/a%62%2Fq?job=7", "http://h/monitor/ab%2F%71?job=7"} {
		if !seen[want] {
			t.Errorf("%s is not among %v", want, seen)
		}
	}
	if more := Respelled(url, 3); more != "" {
		t.Errorf("a fourth spelling: %s", more)
	}
}
