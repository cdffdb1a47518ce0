package conformance

import (
	"reflect"
	"regexp"
	"strings"
)

var flagWord = regexp.MustCompile(`--[a-z][a-z0-9-]*`)

// fieldsOf are the fields of a Target that do what a flag of the command does, where the names differ.
var fieldsOf = map[string]string{
	"request": "StartMethod", "data": "Body", "json": "Body", "cacert": "TLS",
	"http2-prior-knowledge": "Reach", "http2": "Reach", "resolve": "Reach", "unix-socket": "Reach",
	"allow-origin": "AllowOrigins", "replica": "Replicas", "probe": "Probes", "secret": "Secrets", "header-command": "Credentials", "header-interval": "CredentialsInterval",
}

// InFields names fields of Target where a text, written for the command, names flags: who writes Go has no flags.
func InFields(text string) string {
	return flagWord.ReplaceAllStringFunc(text, func(word string) string {
		name := strings.TrimPrefix(word, "--")
		field, known := fieldsOf[name]
		if !known {
			f, found := reflect.TypeFor[Target]().FieldByNameFunc(func(n string) bool { return strings.EqualFold(n, strings.ReplaceAll(name, "-", "")) })
			if !found {
				return word
			}
			field = f.Name
		}
		return "Target." + field
	})
}
