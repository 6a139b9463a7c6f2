package kmip

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/custody/kmip/ttlv"
)

// TestOnlyReads: no message can be made of an operation that gives a key or changes anything.
func TestOnlyReads(t *testing.T) {
	var made []operation
	for op := range operation(1 << 16) {
		for _, o := range []operation{op, op | 1<<31, op << 16} { // those of vendors begin with 8
			b, err := request(version{1, 4}, o)
			if (b == nil) != (err != nil) {
				t.Fatalf("%#x: %X, %v", o, b, err)
			}
			if b != nil && !slices.Contains(made, o) {
				made = append(made, o)
			}
		}
	}
	// Locate, Get Attributes, Get Attribute List, Query, Discover Versions: by number, as a server reads them (KMIP 1.4, 9.1.3.2.27).
	if want := []operation{0x08, 0x0B, 0x0C, 0x18, 0x1E}; !slices.Equal(made, want) {
		t.Errorf("messages can be made of %#x", made)
	}
	b, _ := request(version{1, 4}, getAttributes, ttlv.Text(tagUniqueIdentifier, "k"))
	m, err := ttlv.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	item := m.All(tagBatchItem)[0]
	if op, _ := item.One(tagOperation, ttlv.Enumeration); op == nil || op.Number != 0x0B || len(m.All(tagBatchItem)) != 1 {
		t.Errorf("%+v", m)
	}
}

// TestOnePlace: a message is made in one function and sent in one, so that the list holds for all.
func TestOnePlace(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	uses := map[string][]string{}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				switch x := n.(type) {
				case *ast.Ident:
					if slices.Contains([]string{"tagRequestMessage", "tagRequestPayload", "request"}, x.Name) {
						uses[x.Name] = append(uses[x.Name], fn.Name.Name)
					}
				case *ast.SelectorExpr:
					if strings.HasPrefix(x.Sel.Name, "Write") || x.Sel.Name == "Append" || x.Sel.Name == "ReadFrom" {
						uses[x.Sel.Name] = append(uses[x.Sel.Name], fn.Name.Name)
					}
				}
				return true
			})
		}
	}
	for name, want := range map[string][]string{
		"tagRequestMessage": {"request"}, "tagRequestPayload": {"request"}, "Append": {"request"}, // made
		"request": {"exchange", "request"},  // asked for; and its own name
		"Write":   {"exchange", "exchange"}, // sent, and put to the digest of answers
	} {
		got := slices.Sorted(slices.Values(uses[name]))
		if !slices.Equal(got, want) {
			t.Errorf("%s stands in %q, and may in %q", name, got, want)
		}
		delete(uses, name)
	}
	if len(uses) > 0 {
		t.Errorf("also %q", uses)
	}
}

func TestRequestIsReadAsWritten(t *testing.T) {
	// Query of server information by KMIP 1.0, put together by hand after the specification (1.0, 6.1, 6.15, 7.2).
	b, err := request(version{1, 0}, query, ttlv.Enum(tagQueryFunction, 3))
	want := "\x42\x00\x78\x01\x00\x00\x00\x80" +
		"\x42\x00\x77\x01\x00\x00\x00\x48" +
		"\x42\x00\x69\x01\x00\x00\x00\x20" +
		"\x42\x00\x6A\x02\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00\x00" +
		"\x42\x00\x6B\x02\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\x42\x00\x50\x02\x00\x00\x00\x04\x00\x40\x00\x00\x00\x00\x00\x00" +
		"\x42\x00\x0D\x02\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00\x00" +
		"\x42\x00\x0F\x01\x00\x00\x00\x28" +
		"\x42\x00\x5C\x05\x00\x00\x00\x04\x00\x00\x00\x18\x00\x00\x00\x00" +
		"\x42\x00\x79\x01\x00\x00\x00\x10" +
		"\x42\x00\x74\x05\x00\x00\x00\x04\x00\x00\x00\x03\x00\x00\x00\x00"
	if err != nil || !bytes.Equal(b, []byte(want)) {
		t.Errorf("%X, %v", b, err)
	}
}
