package settings

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/two-oh-two/two-oh-two/conformance/internal/input"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
)

// The functions below read header fields, and what stands in them for something else.

func (p *plan) setHeader(value string) error {
	return p.fields(value, func(name, content string) { p.header().Add(name, content) })
}

func (p *plan) setOtherHeader(value string) error {
	return p.fields(value, func(name, content string) {
		if p.target.OtherHeader == nil {
			p.target.OtherHeader = http.Header{}
		}
		p.target.OtherHeader.Add(name, content)
	})
}

// setUser, setCookie and setUserAgent read what curl has flags of its own for. They set the header fields that these stand for.

func (p *plan) setUser(value string) error {
	expanded, _, err := p.expanded(value)
	if err != nil {
		return err
	}
	name, password, found := strings.Cut(expanded, ":")
	switch meant := unexpanded.FindStringSubmatch(password); {
	case !found || name == "": // not shown: it may be a password alone
		return errors.New("USER:PASSWORD is needed, with a colon between them; USER: for an empty password")
	case meant != nil && meant[0] == password && expanded == value:
		return fmt.Errorf("the password is %s, which would be sent as it is: --expand %s puts the environment's value in its place", meant[0], meant[1])
	case p.header().Get("Authorization") != "":
		return errors.New("--header gives Authorization too: leave one of them out")
	}
	p.header().Set("Authorization", basic(expanded))
	return nil
}

func (p *plan) setCookie(value string) error {
	if !strings.Contains(value, "=") {
		return errors.New("NAME=VALUE is needed: a file of cookies is not read")
	}
	return p.field("Cookie: "+value, false, func(name, content string) {
		p.header().Set(name, strings.Join(append(p.header().Values(name), content), "; ")) // one field has all of them (RFC 6265 5.4)
	})
}

func (p *plan) setUserAgent(value string) error {
	return p.field("User-Agent: "+value, false, func(name, content string) { p.header().Set(name, content) })
}

// basic is the value of Authorization for a user and a password (RFC 7617).
func basic(user string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(user)) }

// mostText is the size of a file of header fields or certificates: nobody has a larger one.
const mostText = 1 << 20

// fields reads one field, or, as curl does, those of a file, a line each. What comes from a file or from the environment
// is taken for a secret.
func (p *plan) fields(value string, add func(name, content string)) error {
	path, isFile := strings.CutPrefix(value, "@")
	if !isFile {
		return p.field(value, false, add)
	}
	content, err := input.ReadFile(path, mostText)
	if err != nil {
		return fmt.Errorf("the file after @ can't be read: %w", err)
	}
	given := 0
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := p.field(line, true, add); err != nil {
			return fmt.Errorf("in %s: %w", path, err)
		}
		given++
	}
	if given == 0 {
		return fmt.Errorf("there is no header in %s: a line such as 'Name: value' is needed", path)
	}
	return nil
}

func (p *plan) field(value string, secret bool, add func(name, content string)) error {
	expanded, did, err := p.expanded(value)
	if err != nil {
		return err
	}
	name, content, err := field(expanded)
	if err != nil {
		return err
	}
	if meant := unexpanded.FindStringSubmatch(content); !did && !secret && meant != nil && observe.IsSecret(name) {
		return fmt.Errorf("%s has %s in it, which would be sent as it is: --expand %s puts the environment's value in its place", name, meant[0], meant[1])
	}
	if secret || did {
		p.target.Secrets = append(p.target.Secrets, name)
	}
	add(name, content)
	return nil
}

// unexpanded is what looks like a variable in a value that is a secret: nobody's token has a dollar and a name in it.
var unexpanded = regexp.MustCompile(`\$\{?([A-Z][A-Z0-9_]+)\b\}?`)

// variable is $NAME or ${NAME}. $TOKEN is not in $TOKENS.
var variable = regexp.MustCompile(`\$(?:\{(\w+)\}|(\w+))`)

// expanded replaces $NAME and ${NAME} by the environment's, for the names that --expand allows, and reports whether
// there were any. Whatever else looks like a variable stays as it is.
func (p *plan) expanded(text string) (expanded string, did bool, err error) {
	expanded = variable.ReplaceAllStringFunc(text, func(word string) string {
		name := strings.Trim(word, "${}")
		if !slices.Contains(p.expand, name) {
			return word
		}
		value := p.run.getenv(name)
		if did = true; value == "" {
			err = fmt.Errorf("$%s is to be expanded, and there is no such variable in the environment, or it is empty", name)
		}
		return value
	})
	return expanded, did, err
}

var variableName = regexp.MustCompile(`^\w+$`)

func expandable(value string) (string, error) {
	if !variableName.MatchString(value) {
		return "", errors.New("the name of a variable is needed, such as TOKEN, without $ and not its value")
	}
	return value, nil
}

// field reads a header field as curl writes it.
func field(value string) (name, content string, err error) {
	name, content, found := strings.Cut(value, ":")
	content = strings.TrimSpace(content)
	switch {
	case !found: // not shown: it may be a secret without its name
		err = errors.New("there is no colon: 'Name: value' is needed, such as 'Authorization: Bearer 1234'")
	case !httpguts.ValidHeaderFieldName(name):
		err = fmt.Errorf("%q can't be a header's name: letters, digits and dashes can, up to the colon", name)
	case content == "":
		err = fmt.Errorf("%s has no value: 'Name: value' is needed", name)
	case strings.ContainsFunc(content, isControl):
		err = fmt.Errorf("the value of %s has a control character, such as a line break, which can't be sent", name)
	case slices.Contains(transportFields, http.CanonicalHeaderKey(name)):
		err = fmt.Errorf("%s is set by the connection itself, and can't be given", name)
	}
	return name, content, err
}
