package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Owners are the users of the tokens, by the tokens' hashes: how long a lookup takes says nothing about a token. A user is a hash too, which every
// replica makes the same way, and a store may keep.
type owners map[[sha256.Size]byte]string

func (s *serving) addToken(token string) error {
	if token == "" || strings.ContainsFunc(token, func(c rune) bool { return c <= ' ' || c >= 0x7f }) {
		return errors.New(`"…" can't be sent in a header field: give visible ASCII characters without spaces`)
	}
	hash := sha256.Sum256([]byte(token))
	if s.tokens == nil {
		s.tokens = owners{}
	}
	s.tokens[hash] = hex.EncodeToString(hash[:8])
	return nil
}

// authorize has requests carry one of the tokens; nil where there are none.
func (o owners) authorize() func(*http.Request) (owner string, ok bool) {
	if o == nil {
		return nil
	}
	return func(request *http.Request) (string, bool) {
		scheme, token, _ := strings.Cut(request.Header.Get("Authorization"), " ")
		owner, known := o[sha256.Sum256([]byte(token))]
		return owner, known && strings.EqualFold(scheme, "Bearer") // RFC 9110 11.1
	}
}

// addOrigin takes an origin as a browser writes it: RFC 6454 6.1.
func (s *serving) addOrigin(origin string) error {
	u, err := url.Parse(origin)
	if origin != "*" && (err != nil || u.Host == "" || u.Scheme+"://"+u.Host != origin || strings.ToLower(origin) != origin) {
		return fmt.Errorf("%q is not a web origin: use * or a form such as https://app.example.com, in lower case and without a path", origin)
	}
	s.options.AllowOrigins = append(s.options.AllowOrigins, origin)
	return nil
}
