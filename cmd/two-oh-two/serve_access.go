package main

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
)

// authorize has requests carry one of the tokens; nil where there are none. A user is the hash of a token, which every replica
// makes the same way, and a store may keep.
func (r *reading) authorize(tokens []string) func(*http.Request) (owner string, ok bool) {
	if len(tokens) == 0 {
		return nil
	}
	owners := map[[sha256.Size]byte]string{} // by hash: how long a lookup takes says nothing about a token
	for _, token := range tokens {
		if token == "" || strings.ContainsFunc(token, func(c rune) bool { return c <= ' ' || c >= 0x7f }) {
			r.refuse("token", "…", "can't be sent in a header field: give visible ASCII characters without spaces")
		}
		hash := sha256.Sum256([]byte(token))
		owners[hash] = hex.EncodeToString(hash[:8])
	}
	return func(request *http.Request) (string, bool) {
		scheme, token, _ := strings.Cut(request.Header.Get("Authorization"), " ")
		owner, known := owners[sha256.Sum256([]byte(token))]
		return owner, known && strings.EqualFold(scheme, "Bearer") // RFC 9110 11.1
	}
}

// origins are checked as a browser writes them: RFC 6454 6.1.
func (r *reading) origins(given []string) []string {
	for _, origin := range given {
		u, err := url.Parse(origin)
		if origin != "*" && (err != nil || u.Host == "" || u.Scheme+"://"+u.Host != origin || strings.ToLower(origin) != origin) {
			r.refuse("allow-origin", origin, "is not a web origin: use * or a form such as https://app.example.com, in lower case and without a path")
		}
	}
	return given
}
