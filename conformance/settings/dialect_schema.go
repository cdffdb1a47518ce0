package settings

import (
	"github.com/google/jsonschema-go/jsonschema"
)

// What texts of a dialect look like. [dialect.Parse] says more of what is wrong with one; an editor knows these alone.
const (
	fieldPattern    = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
	pointerPattern  = `^/([^~]|~[01])*$`
	methodPattern   = `^[A-Z]+$`
	statusPattern   = `^[2-5]xx$`
	constantPattern = `^([^{}!][^{}]*)?$`
	exceptPattern   = `^![^{}!|]+(\|[^{}!|]+)*$`
	holderPattern   = `^\{(monitor!?|result!?|id|time|secs( [0-9]+-[0-9]+)?|pct|any|value)\}$`
	placePattern    = `(start )?((header [^ ]+)|(link /.*)|(url (\{|/|https?://).*))`
)

// DialectSchema is the JSON Schema of a document of a dialect. It finds what one place shows; what two places have to agree on, Parse finds.
func DialectSchema() *jsonschema.Schema {
	reply := func(usage string) *jsonschema.Schema {
		return &jsonschema.Schema{Ref: "#/$defs/reply", Description: usage}
	}
	named := placed(`^`+placePattern+`$`, "where the answer to a start names the monitor")
	s := keyed("", []string{"name", "start", "monitor"},
		key{"name", &jsonschema.Schema{Type: "string", Pattern: `^[a-z0-9.-]{1,60}$`, Description: "name of the dialect: small letters, digits, dots and dashes"}},
		key{"title", textOf("", "whose it is, in a few words")},
		key{"source", textOf("", "where it is written")},
		key{"level", &jsonschema.Schema{Enum: []any{"MUST", "SHOULD"}, Description: "how strong its own sentences are (default MUST)"}},
		key{"start", keyed("how a job is begun", []string{"methods", "reply"},
			key{"methods", listed(textOf(methodPattern, ""), "methods that begin a job; the first is used unless another is asked for")},
			key{"ask", keyed("what a client says to be answered at once", nil,
				key{"headers", mapped(fieldPattern, textOf("", ""), "header fields")},
				key{"query", mapped("", textOf("", ""), "parameters of the query")})},
			key{"sync", statusList("statuses of an answer to a request that was done at once")},
			key{"reply", reply("what the answer looks like")})},
		key{"monitor", keyed("where a job is watched", []string{"at", "pending", "done"},
			key{"at", named}, key{"pending", reply("the job runs")}, key{"done", reply("the job has ended well")}, key{"failed", reply("the job has failed")},
			key{"cancelled", reply("the job was called off")}, key{"unknown", reply("the job is not known")})},
		key{"result", keyed("where the result is", nil,
			key{"at", placed(`^(`+placePattern+`|value /.*|inline|monitor)$`, "where the done answer names it")}, key{"pending", reply("asked for too early")},
			key{"done", reply("the result")}, key{"failed", reply("of a job that failed")}, key{"unknown", reply("of a job that is not known")})},
		key{"cancel", keyed("how a job is called off", []string{"method", "at", "reply", "then"},
			key{"method", textOf(methodPattern, "method of the request")}, key{"at", placed(`^(`+placePattern+`|monitor)$`, "where it is sent")}, key{"reply", reply("what it is answered")},
			key{"then", &jsonschema.Schema{Enum: []any{"cancelled", "unknown", "any"}, Description: "what the monitor says afterwards"}})},
	)
	s.Defs = map[string]*jsonschema.Schema{"reply": replySchema(), "pattern": patternSchema()}
	return s
}

// replySchema describes what an answer looks like.
func replySchema() *jsonschema.Schema {
	held := func() []key {
		pattern := func() *jsonschema.Schema { return &jsonschema.Schema{Ref: "#/$defs/pattern"} }
		body := mapped(pointerPattern, pattern(), "what places in the body hold, by JSON pointer; ~ where there is no body")
		body.Type, body.Types = "", []string{"object", "null"}
		return []key{{"headers", mapped(fieldPattern, pattern(), "what header fields hold")}, {"body", body}}
	}
	may, should := keyed("has to be so where it is there at all", nil, held()...), keyed("is recommended", nil, held()...)
	may.MinProperties, should.MinProperties = new(1), new(1)
	keys := append([]key{{"status", statusList("the status: 202, [200, 201], 4xx")}}, held()...)
	return keyed("", []string{"status"}, append(keys, key{"should", should}, key{"may", may})...)
}

// patternSchema describes what a field or a place in a body holds.
func patternSchema() *jsonschema.Schema {
	constant := func() []*jsonschema.Schema {
		return []*jsonschema.Schema{textOf(constantPattern, ""), {Types: []string{"integer", "boolean", "null"}}}
	}
	ways := append(constant(), textOf(exceptPattern, "anything except these"), textOf(holderPattern, "a placeholder"),
		&jsonschema.Schema{Type: "array", MinItems: new(1), Items: anyOf(constant()...), Description: "one of these"})
	return anyOf(ways...)
}

// A key is one of a mapping, and what it holds.
type key struct {
	name string
	of   *jsonschema.Schema
}

func keyed(usage string, required []string, keys ...key) *jsonschema.Schema {
	s := newMapping()
	s.Description, s.Required = usage, required
	for _, k := range keys {
		s.Properties[k.name] = k.of
		s.PropertyOrder = append(s.PropertyOrder, k.name)
	}
	return s
}

func mapped(names string, of *jsonschema.Schema, usage string) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "object", PropertyNames: &jsonschema.Schema{Pattern: names, MinLength: new(1)}, AdditionalProperties: of, Description: usage}
}

func textOf(pattern, usage string) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: pattern, Description: usage}
}

// listed describes one value, or a list of them.
func listed(of *jsonschema.Schema, usage string) *jsonschema.Schema {
	all := anyOf(of, &jsonschema.Schema{Type: "array", MinItems: new(1), Items: of.CloneSchemas()})
	all.Description = usage
	return all
}

func placed(pattern, usage string) *jsonschema.Schema { return listed(textOf(pattern, ""), usage) }

func statusList(usage string) *jsonschema.Schema {
	return listed(anyOf(&jsonschema.Schema{Type: "integer", Minimum: new(200.), Maximum: new(599.)}, textOf(statusPattern, "")), usage)
}
