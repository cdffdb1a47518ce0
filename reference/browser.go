package reference

import (
	"net/http"
	"slices"
	"strings"
)

// addCORS lets pages of the allowed origins read an answer (Fetch, CORS protocol).
func (s *Server) addCORS(x *exchange, a *answer) {
	if len(s.options.AllowOrigins) == 0 {
		return
	}
	// The answer depends on the origin even where that is refused: RFC 9110 12.5.5.
	a.header.Add("Vary", "Origin")
	origin := x.request.Header.Get("Origin")
	if origin == "" || !s.allows(origin) {
		return
	}
	a.set("Access-Control-Allow-Origin", origin)
	// Scripts see none of them otherwise, and the pattern is in them.
	a.set("Access-Control-Expose-Headers", strings.Join(s.speech.fields, ", "))
	if preflight(x.request) {
		a.set("Access-Control-Allow-Methods", s.speech.methods[x.role])
		if asked := x.request.Header.Get("Access-Control-Request-Headers"); asked != "" {
			// Repeated, for "*" would not cover Authorization.
			a.set("Access-Control-Allow-Headers", asked)
		}
	}
}

func (s *Server) allows(origin string) bool {
	return slices.Contains(s.options.AllowOrigins, "*") || slices.Contains(s.options.AllowOrigins, origin)
}

func preflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}
