package reporttest

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/scan"
)

// The JSON Schema of report.json is made of the types of package reports, so that it cannot
// lag behind them: docs/report.schema.json is what Schema gives, and a test holds it to that.

const schemaID = "https://shokyo.dev/report/v1/schema.json"

// enumerated are the fields that have one of few words.
var enumerated = map[string][]string{
	"verdict": {"no-residue", "residue-found", "inconclusive"}, "claim": {"none", "logical", "physical-ciphertext"},
	"class": classes(), "category": {"", reports.Clear, reports.Purge, reports.Destroy}, "mode": {"full", "sample"},
}

func classes() (out []string) {
	for c := range scan.NumClasses {
		out = append(out, scan.Class(c).String())
	}
	return out
}

type object = map[string]any

// Schema gives the JSON Schema (draft 2020-12) of report.json.
func Schema() []byte {
	s := schemaOf(reflect.TypeFor[reports.Document](), "")
	s["$schema"], s["$id"] = "https://json-schema.org/draft/2020-12/schema", schemaID
	s["title"] = "report.json of shokyo"
	s["description"] = "What the fields mean is in docs/report-format.md. Fields may be added, never renamed."
	s["properties"].(object)["schema"] = object{"const": reports.Schema}
	b, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		panic(err)
	}
	return append(b, '\n')
}

func schemaOf(t reflect.Type, field string) object {
	switch t.Kind() {
	case reflect.Pointer:
		return object{"anyOf": []object{schemaOf(t.Elem(), field), {"type": "null"}}}
	case reflect.Slice:
		return object{"type": "array", "items": schemaOf(t.Elem(), field)}
	case reflect.Struct:
		s := object{"type": "object", "properties": object{}, "required": []string{}}
		fieldsOf(t, s)
		return s
	case reflect.String:
		if words := enumerated[field]; words != nil {
			return object{"enum": words}
		}
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float64:
		return object{"type": "number"}
	}
	return object{"type": "integer"}
}

func fieldsOf(t reflect.Type, s object) {
	for f := range t.Fields() {
		if f.Anonymous {
			fieldsOf(f.Type, s)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		s["properties"].(object)[name] = schemaOf(f.Type, name)
		if options != "omitempty" {
			s["required"] = append(s["required"].([]string), name)
		}
	}
}

var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaID, doc); err != nil {
		return nil, err
	}
	return c.Compile(schemaID)
})

// CheckSchema says where a report.json is not what its schema says.
func CheckSchema(report []byte) error {
	s, err := compiled()
	if err != nil {
		return err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(report))
	if err != nil {
		return err
	}
	return s.Validate(v)
}
