package exports

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// chained is a log in which each line has the hash before and its own, over itself as the mapping says.
func chained(lines ...string) string {
	out, last := "time,event,key_id,prev,hash\n", strings.Repeat("0", 64)
	for _, l := range lines {
		f := strings.Split(l, ",")
		h := fmt.Sprintf("%x", sha256.Sum256([]byte(last+"|"+f[0]+"|"+f[1]+"|"+f[2])))
		out += l + "," + last + "," + h + "\n"
		last = h
	}
	return out
}

const chainMapping = `reader = "csv"
[event]
time = ["time"]
operation = ["event"]
id = ["key_id"]
[events]
".*" = ["use"]
[chain]
hash = ["hash"]
previous = ["prev"]
over = "{prev}|{time}|{event}|{key_id}"
`

var life = []string{"2026-04-01T00:00:00Z,create,K", "2026-04-02T00:00:00Z,use,K", "2026-04-03T00:00:00Z,use,K", "2026-04-12T00:00:00Z,destroy,K"}

func readChain(t *testing.T, mapping, text string) (*Read, error) {
	t.Helper()
	m, err := Parse([]byte(mapping))
	if err != nil {
		t.Fatal(err)
	}
	return File(strings.NewReader(text), m, taken)
}

// TestChain: what was done to a log after it was written is told with the line.
func TestChain(t *testing.T) {
	good := chained(life...)
	lines := strings.SplitAfter(good, "\n")
	join := func(l ...string) string { return strings.Join(l, "") }
	start := "start = \"" + strings.Repeat("0", 64) + "\"\n"
	capitals := lines[0]
	for _, l := range lines[1:5] {
		i := strings.LastIndex(l, ",")
		capitals += l[:i] + strings.ToUpper(l[i:])
	}
	links := strings.Replace(chainMapping, "over = ", "# over = ", 1)
	for name, c := range map[string]struct {
		mapping, text string
		want          []string
	}{
		"whole":                 {chainMapping, good, nil},
		"whole, from its start": {chainMapping + start, good, nil},
		"whole, by its links":   {links, good, nil},
		"in capitals":           {chainMapping + start, capitals, nil},
		"changed":               {chainMapping, strings.Replace(good, "2026-04-03T00:00:00Z,use", "2026-04-03T01:00:00Z,use", 1), []string{"line 4"}},
		"changed first":         {chainMapping, strings.Replace(good, "create", "use", 1), []string{"line 2"}},
		"taken out":             {chainMapping, join(lines[0], lines[1], lines[3], lines[4]), []string{"line 3"}},
		"taken out, by links":   {links, join(lines[0], lines[1], lines[3], lines[4]), []string{"line 3"}},
		"the first taken out":   {chainMapping + start, join(lines[0], lines[2], lines[3], lines[4]), []string{"line 2"}},
		"put in":                {chainMapping, join(lines[0], lines[1], lines[2], lines[1], lines[3], lines[4]), []string{"line 4", "line 5"}},
		"put in without a hash": {chainMapping, join(lines[0], lines[1], "2026-04-02T00:00:00Z,use,K,,\n", lines[2], lines[3]), []string{"line 3", "line 4"}},
		"in another order":      {chainMapping, join(lines[0], lines[1], lines[3], lines[2], lines[4]), []string{"line 3", "line 4", "line 5"}},
	} {
		r, err := readChain(t, c.mapping, c.text)
		if err != nil || !slices.Equal(r.ChainBreaks, c.want) || int(r.Broken) != len(c.want) || int(r.Chained) != strings.Count(c.text, "\n")-1 {
			t.Errorf("%s: %v, %+v", name, err, r)
		}
	}
	r, _ := readChain(t, chainMapping, good)
	if want := strings.TrimSpace(lines[4][strings.LastIndex(lines[4], ",")+1:]); r.ChainHead != want {
		t.Errorf("%s, want %s", r.ChainHead, want)
	}
	if _, err := readChain(t, strings.Replace(chainMapping, "|{time}", "", 1), good); err == nil || !strings.Contains(err.Error(), "holds for no record") {
		t.Errorf("another rule: %v", err)
	}
	if r, err := readChain(t, strings.Split(chainMapping, "[chain]")[0], good); err != nil || r.Chained != 0 {
		t.Errorf("no chain: %v, %+v", err, r)
	}
}

// TestChainWithoutPrevious: records that have one hash, in base64, over themselves and the hash before.
func TestChainWithoutPrevious(t *testing.T) {
	text, last := "", "genesis"
	for i := range 3 {
		sum := sha512.Sum512([]byte(last + fmt.Sprint(i)))
		last = base64.StdEncoding.EncodeToString(sum[:])
		text += fmt.Sprintf(`{"time":"2026-04-01T00:00:00Z","event":"use","n":%d,"mac":%q}`+"\n", i, last)
	}
	const mapping = "reader = \"json\"\n[event]\ntime = [\"time\"]\noperation = [\"event\"]\n[events]\nuse = [\"use\"]\n[chain]\nhash = [\"mac\"]\nover = \"{}{n}\"\nalgorithm = \"sha512\"\n"
	for _, m := range []string{mapping, mapping + "start = \"genesis\"\n"} {
		if r, err := readChain(t, m, text); err != nil || r.Broken != 0 || r.Chained != 3 {
			t.Errorf("%v, %+v", err, r)
		}
		r, err := readChain(t, m, strings.Replace(text, `"n":1`, `"n":7`, 1))
		if err != nil || !slices.Equal(r.ChainBreaks, []string{"record 2"}) {
			t.Errorf("changed: %v, %+v", err, r)
		}
	}
	if r, err := readChain(t, mapping+"start = \"other\"\n", text); err != nil || !slices.Equal(r.ChainBreaks, []string{"record 1"}) {
		t.Errorf("another start: %v, %+v", err, r)
	}
}

func TestChainRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no hash":         "previous = [\"p\"]",
		"nothing ties":    "hash = [\"h\"]\nover = \"{a}\"",
		"an old function": "hash = [\"h\"]\nprevious = [\"p\"]\nalgorithm = \"md5\"",
	} {
		if _, err := Parse([]byte("reader = \"csv\"\n[object]\nid = [\"i\"]\n[chain]\n" + text + "\n")); err == nil || !strings.Contains(err.Error(), "[chain]") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
