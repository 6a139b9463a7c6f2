package golden

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// hidden is a field of a JSON file that varies by nature. What a report has there is
// hidden in all that was made and printed along with it.
type hidden struct {
	file string // a pattern for the last of its folders and its name
	path string // [*] is any element
	as   string
	why  string
}

const changed = "time of last change"

var hiddenFields = []hidden{
	{"report.json", "id", "id", "drawn at random"},
	{"report.json", "times.started", "time", "the clock"},
	{"report.json", "times.finished", "time", "the clock"},
	{"report.json", "times.started_local", "time", "the clock"},
	{"report.json", "times.finished_local", "time", "the clock"},
	{"report.json", "identity.certificate_sha256", "certificate", "the key is made for the run"},
	{"report.json", "tool.go_version", "go version", "the builder's"},
	{"report.json", "tool.arch", "arch", "the builder's"},
	{"report.json", "iso_17025[*].text", "", "repeats the id and the times"},
	{"report.json", "iso_17025[*].text_ja", "", "repeats the id and the times"},
	{"demo/control.img/report.json", "medium.write_guard.counters[1].before", changed, "the demo makes its disks anew"},
	{"demo/control.img/report.json", "medium.write_guard.counters[1].after", changed, "the same"},
	{"drives/*/report.json", "tool.commit", "commit", "the guest's program is built as it is"},
	{"drives/*/report.json", "medium.drive.firmware", "firmware", "QEMU's version"},
	{"drives/*/report.json", "medium.drive.commands[*].data", "answer", "has the firmware in it; what it means are the facts"},
	{"report.dsse.json", "payload.predicate.report.bytes", "bytes", "numbers of bytes depend on the lengths of what is hidden"},
	{"report.dsse.json", "payload.predicate.files[*].bytes", "bytes", "the same"},
	{"report.dsse.json", "signatures[*].sig", "signature", "another for each key, and each time"},
	{"batch.json", "started", "time", "the clock"},
	{"batch.json", "finished", "time", "the clock"},
	{"batch.json", "finished_local", "time", "the clock"},
	{"batch.dsse", "payload.predicate.files[*].bytes", "bytes", "numbers of bytes depend on the lengths of what is hidden"},
	{"batch.dsse", "signatures[*].sig", "signature", "another for each key, and each time"},
	{"batch.json", "identity.certificate_sha256", "certificate", "where the reports were there already, the key of the last call"},
}

// printed is what varies in texts, where no field of a report gave it.
var printed = []struct {
	what *regexp.Regexp
	as   string
	why  string
}{
	{regexp.MustCompile(`(?m)^.*: \d+%, .* so far, .* left, .*\n`), "", "how far it is and how fast, every few seconds: the machine's speed decides what is printed when"},
}

// mask hides what varies. Digests of files of the same run are told by the file's name, so
// that they are compared, too.
func mask(run map[string][]byte) (map[string]string, error) {
	known := known{}
	names := slices.Sorted(maps.Keys(run))
	slices.Reverse(names) // of files that are alike the first gives its name
	for _, name := range names {
		if base := path.Base(name); base == "report.json" || base == "batch.json" {
			if err := known.learn(name, run[name]); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		if !strings.Contains(name, " ") { // what was printed
			known.add(fmt.Sprintf("%x", sha256.Sum256(run[name])), "SHA-256 of "+name)
		}
	}
	replace := known.replacer()
	masked := map[string]string{}
	for name, b := range run {
		text, err := maskOne(name, b, replace)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		masked[name] = text
	}
	return masked, nil
}

func maskOne(name string, b []byte, replace *strings.Replacer) (string, error) {
	switch path.Ext(name) {
	case ".png":
		return fmt.Sprintf("%x\n", sha256.Sum256(b)), nil
	case ".pem":
		return certificate(b)
	case ".pdf": // its text is report.json's, which is here, and its signature another each time
		return fmt.Sprintf("%d pages\n", len(pdfPage.FindAll(b, -1))), nil
	}
	text := string(b)
	if strings.HasSuffix(name, ".dsse.json") || path.Ext(name) == ".dsse" {
		var err error
		if text, err = opened(b); err != nil {
			return "", err
		}
	}
	list, err := fields(text)
	if err == nil {
		text = hideFields(name, text, list)
	} else if path.Ext(name) == ".json" {
		return "", err
	}
	text = replace.Replace(text)
	for _, p := range printed {
		text = p.what.ReplaceAllString(text, p.as)
	}
	if len(text) > mostKept {
		text = fmt.Sprintf("%d lines, SHA-256 %x\n", strings.Count(text, "\n"), sha256.Sum256([]byte(text)))
	}
	return text, nil
}

var pdfPage = regexp.MustCompile(`/Type ?/Page\b[^s]`)

// mostKept bytes of a text are kept; of a larger one its digest is. What it says stands
// in the report, too.
const mostKept = 2 << 20

// hideFields replaces the values of the rows of the table, in place.
func hideFields(name, text string, list []field) string {
	var b strings.Builder
	at := 0
	for _, f := range list {
		if h := rowOf(name, f.path); h != nil && h.as != "" {
			b.WriteString(text[at:f.start] + `"«` + h.as + `»"`)
			at = f.end
		}
	}
	return b.String() + text[at:]
}

var index = regexp.MustCompile(`\[\d+\]`)

func rowOf(name, field string) *hidden {
	field = field[strings.IndexByte(field, ':')+1:] // of several texts in a row
	any := index.ReplaceAllString(field, "[*]")
	i := slices.IndexFunc(hiddenFields, func(h hidden) bool {
		return (h.path == field || h.path == any) && endsWith(name, h.file)
	})
	if i < 0 {
		return nil
	}
	return &hiddenFields[i]
}

// endsWith matches a pattern with as many parts of a name, from its end.
func endsWith(name, pattern string) bool {
	parts := strings.Split(name, "/")
	n := strings.Count(pattern, "/") + 1
	ok, _ := path.Match(pattern, strings.Join(parts[max(0, len(parts)-n):], "/"))
	return ok
}

// known are texts that vary, and what stands for each.
type known map[string]string

// tooShort values are hidden in their field only: elsewhere they may be something else.
const tooShort = 6

func (k known) add(value, as string) {
	if len(value) >= tooShort {
		k[value] = "«" + as + "»"
	}
}

func (k known) learn(name string, report []byte) error {
	list, err := fields(string(report))
	if err != nil {
		return err
	}
	for _, f := range list {
		h := rowOf(name, f.path)
		if h == nil || h.as == "" {
			continue
		}
		value := strings.Trim(f.value, `"`)
		k.add(value, h.as)
		if us, err := strconv.ParseInt(value, 10, 64); err == nil && h.as == changed { // as pages show it
			k.add(time.UnixMicro(us).UTC().Format(time.RFC3339Nano), h.as)
		}
	}
	return nil
}

// replacer: the longest comes first, where one is part of another.
func (k known) replacer() *strings.Replacer {
	var values, pairs []string
	for v := range k {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b string) int { return len(b) - len(a) })
	for _, v := range values {
		pairs = append(pairs, v, k[v])
	}
	return strings.NewReplacer(pairs...)
}

// opened is a signed envelope with what it says instead of its code.
func opened(envelope []byte) (string, error) {
	var e struct{ Payload string }
	if err := json.Unmarshal(envelope, &e); err != nil {
		return "", err
	}
	said, err := base64.StdEncoding.DecodeString(e.Payload)
	if err != nil {
		return "", err
	}
	return string(bytes.Replace(envelope, []byte(`"`+e.Payload+`"`), said, 1)), nil
}

// certificate tells what does not depend on the key and the clock.
func certificate(b []byte) (string, error) {
	block, rest := pem.Decode(b)
	if block == nil || len(rest) > 0 || block.Type != "CERTIFICATE" {
		return fmt.Sprintf("no single certificate: %d bytes behind it\n", len(rest)), nil
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("version %d\nsubject %s\nissuer %s\nsignature %s\nkey %s\nvalid for %s\nusage %b %v\nauthority %t %t\n",
		c.Version, c.Subject, c.Issuer, c.SignatureAlgorithm, c.PublicKeyAlgorithm, c.NotAfter.Sub(c.NotBefore), c.KeyUsage, c.ExtKeyUsage, c.BasicConstraintsValid, c.IsCA)
	for _, e := range c.Extensions {
		text += fmt.Sprintf("extension %s critical %t\n", e.Id, e.Critical)
	}
	return text, nil
}
