package canonical

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestCompact(t *testing.T) {
	v := struct {
		A string `json:"a"`
		B []int  `json:"b"`
		C *int   `json:"c"`
	}{A: "<消去> & \"x\"\n"}
	if got, want := string(Compact(v)), `{"a":"<消去> & \"x\"\n","b":null,"c":null}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	defer func() {
		if recover() == nil {
			t.Error("what JSON cannot hold was encoded")
		}
	}()
	Compact(func() {})
}

// One object or list without further nesting to a line.
func TestLayout(t *testing.T) {
	for compact, want := range map[string]string{
		`{}`:            "{}\n",
		`[]`:            "[]\n",
		`7`:             "7\n",
		`"a,b:{}"`:      "\"a,b:{}\"\n",
		`{"a":1,"b":2}`: "{\"a\": 1, \"b\": 2}\n",
		`{"a":[1,2],"b":{"c":"x,y:{}\""},"d":[]}`: "{\n \"a\": [1, 2],\n \"b\": {\"c\": \"x,y:{}\\\"\"},\n \"d\": []\n}\n",
		`[[1],[{"a":[]}]]`:                        "[\n [1],\n [\n  {\n   \"a\": []\n  }\n ]\n]\n",
	} {
		if got := string(Layout([]byte(compact))); got != want {
			t.Errorf("%s is laid out as\n%swant\n%s", compact, got, want)
		}
		if err := Open([]byte(want)); err != nil {
			t.Errorf("%q: %v", want, err)
		}
	}
}

// keys is an object with so many fields, and lists are so many lists in each other.
func keys(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`"k%d":%d`, i, i)
	}
	return "{" + strings.Join(list, ",") + "}"
}

func lists(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

func elements(n int) string { return "[" + strings.Repeat("1,", n-2) + "1]" } // the list counts, too

func TestOneLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "unexpected end"},
		{"blanks", " \n", "unexpected end"},
		{"half an object", `{"a":1`, "unexpected end"},
		{"a second value", `{} {}`, "after top-level"},
		{"no JSON", `{'a':1}`, "invalid character"},
		{"a comment", `{} // x`, "after top-level"},
		{"comma at the end", `[1,]`, "invalid character"},
		{"not UTF-8", "\"\xff\"", "UTF-8"},
		{"byte order mark", "\ufeff{}", "invalid character"},
		{"key twice", `{"a":1,"a":1}`, "given twice"},
		{"key twice, escaped", `{"a":1,"\u0061":2}`, "given twice"},
		{"key twice in other letters", `{"key":1,"KEY":2}`, "given twice"},
		{"key twice, folded", `{"ks":1,"k\u017f":2}`, "given twice"},
		{"key twice, deep", `[{"x":{"a":1,"b":[],"a":2}}]`, "given twice"},
		{"key twice behind an object", `{"a":{"a":1},"a":2}`, "given twice"},
		{"too deep", lists(maxDepth + 1), "deeper"},
		{"too deep, objects", strings.Repeat(`{"a":`, maxDepth+1) + "1" + strings.Repeat("}", maxDepth+1), "deeper"},
		{"too many elements", elements(maxElements + 1), "more than 1000000 elements"},
		{"too many fields", keys(maxKeys + 1), "more than 200 fields"},
	} {
		if _, err := OneLine([]byte(c.text), Any); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	for text, want := range map[string]string{
		" {\n\"a\" : [ 1 , 2 ] } \n":  `{"a":[1,2]}`,
		`{"a":{"a":{"a":1}},"b":"a"}`: `{"a":{"a":{"a":1}},"b":"a"}`,
		`[{"a":1},{"a":1}]`:           `[{"a":1},{"a":1}]`,
		`["a","a"]`:                   `["a","a"]`,
		lists(maxDepth):               lists(maxDepth),
		keys(maxKeys):                 keys(maxKeys),
		elements(maxElements):         elements(maxElements),
		`{"Ü b":1}`:                   `{"Ü b":1}`,
	} {
		if got, err := OneLine([]byte(text), Any); err != nil || string(got) != want {
			t.Errorf("%.80q: %.80q, %v", text, got, err)
		}
	}
}

func TestOpen(t *testing.T) {
	const good = "{\n \"a\": [1, 2],\n \"b_2\": {\"c\": \"A\"}\n}\n"
	if err := Open([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"on one line":          `{"a":[1,2],"b_2":{"c":"A"}}`,
		"no line end":          strings.TrimSuffix(good, "\n"),
		"two line ends":        good + "\n",
		"blank in front":       " " + good,
		"windows line ends":    strings.ReplaceAll(good, "\n", "\r\n"),
		"tab":                  strings.Replace(good, "\n ", "\n\t", 1),
		"blank before a colon": strings.Replace(good, ":", " :", 1),
		"spread out":           strings.Replace(good, "[1, 2]", "[\n  1,\n  2\n ]", 1),
		"no blank":             strings.Replace(good, "1, 2", "1,2", 1),
	} {
		if err := Open([]byte(text)); err == nil || !strings.Contains(err.Error(), "canonical") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for _, key := range []string{"A", "a b", "a-b", "ä", "\\u017fchema", "a.b", " a"} {
		text := strings.Replace(good, `"a"`, `"`+key+`"`, 1)
		if err := Open([]byte(text)); err == nil || !strings.Contains(err.Error(), "spelled") {
			t.Errorf("key %q: error %v", key, err)
		}
	}
	// What is not laid out is told without writing more than there was to read.
	if err := Open([]byte(elements(100_000))); err == nil {
		t.Error("a list on one line without blanks is canonical")
	}
}

// Layout must not change what JSON says, whatever it is.
func FuzzLayout(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"x\"y,{}:[]\\"},[]],"c":{}}`))
	f.Add([]byte(`"plain"`))
	f.Fuzz(func(t *testing.T, b []byte) {
		line, err := OneLine(b, Any)
		if err != nil {
			return
		}
		var back bytes.Buffer
		if err := json.Compact(&back, Layout(line)); err != nil || !bytes.Equal(back.Bytes(), line) {
			t.Fatalf("layout changed %q into %q (%v)", line, back.Bytes(), err)
		}
	})
}
