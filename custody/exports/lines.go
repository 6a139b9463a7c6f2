package exports

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// lines gives a text line by line. One that is longer than a record may be ends it.
func (in *input) lines(each func(n int, line string) error) error {
	for n := 1; ; n++ {
		in.next()
		line, err := in.ReadString('\n')
		if err != nil && err != io.EOF {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			if err := each(n, line); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
	}
}

// Syslog, RFC 5424 section 6: PRI VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID, structured data, message.
// RFC 3164 has no year, and is not taken.
var (
	syslogHead = regexp.MustCompile(`^<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) `)
	sdElement  = regexp.MustCompile(`^\[([^ =\]"]{1,32})((?: [^ =\]"]{1,32}="(?:[^"\\\]]|\\.)*")*)\]`)
	sdParam    = regexp.MustCompile(` ([^ =\]"]{1,32})="((?:[^"\\\]]|\\.)*)"`)
	sdEscape   = regexp.MustCompile(`\\(["\\\]])`)
)

func readSyslog(in *input, _ *Mapping, take func(record) error) error {
	return in.lines(func(n int, line string) error {
		r := record{at: fmt.Sprintf("line %d", n)}
		if !r.syslog(line) {
			in.unread++
			return nil
		}
		return take(r)
	})
}

func (r *record) syslog(line string) bool {
	m := syslogHead.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	for i, name := range []string{"pri", "timestamp", "host", "app", "procid", "msgid"} {
		if m[i+1] != "-" {
			r.add(name, m[i+1])
		}
	}
	rest := strings.TrimPrefix(line[len(m[0]):], "-")
	for strings.HasPrefix(rest, "[") {
		e := sdElement.FindStringSubmatch(rest)
		if e == nil {
			return false
		}
		for _, p := range sdParam.FindAllStringSubmatch(e[2], -1) {
			r.add(e[1]+"."+p[1], sdEscape.ReplaceAllString(p[2], "$1"))
		}
		rest = rest[len(e[0]):]
	}
	r.message(strings.TrimPrefix(strings.TrimSpace(rest), "\ufeff"))
	return true
}

// message takes apart what systems put into a message: JSON or CEF.
func (r *record) message(text string) {
	var v map[string]any
	switch {
	case strings.HasPrefix(text, "CEF:"):
		r.cef(text)
	case strings.HasPrefix(text, "{") && json.Unmarshal([]byte(text), &v) == nil:
		r.flatten("msg", v, 0) // what is too deep is left out
	default:
		r.add("msg", text)
	}
}

func readCEF(in *input, _ *Mapping, take func(record) error) error {
	return in.lines(func(n int, line string) error {
		r := record{at: fmt.Sprintf("line %d", n)}
		if r.syslog(line) {
			return take(r)
		}
		i := strings.Index(line, "CEF:")
		if i < 0 || !r.cef(line[i:]) {
			in.unread++
			return nil
		}
		return take(r)
	})
}

// CEF: version|vendor|product|version|class|name|severity|extension, with | and \ escaped in the
// head, = and \ in the extension (ArcSight Common Event Format, revision 25).
var (
	cefHead = regexp.MustCompile(`^CEF:\d+\|((?:[^|\\]|\\.)*)\|((?:[^|\\]|\\.)*)\|((?:[^|\\]|\\.)*)\|((?:[^|\\]|\\.)*)\|((?:[^|\\]|\\.)*)\|((?:[^|\\]|\\.)*)\|`)
	cefKey  = regexp.MustCompile(`(?:^| )([A-Za-z0-9_.\[\]-]+)=`)
	cefUn   = strings.NewReplacer(`\|`, "|", `\=`, "=", `\\`, `\`, `\n`, " ", `\r`, " ")
)

func (r *record) cef(line string) bool {
	m := cefHead.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	for i, name := range []string{"vendor", "product", "version", "class", "name", "severity"} {
		r.add(name, cefUn.Replace(m[i+1]))
	}
	rest := line[len(m[0]):]
	keys := cefKey.FindAllStringSubmatchIndex(rest, maxColumns)
	for i, k := range keys {
		end := len(rest)
		if i+1 < len(keys) {
			end = keys[i+1][0]
		}
		r.add(rest[k[2]:k[3]], cefUn.Replace(rest[k[1]:end]))
	}
	return true
}

// What NetApp ONTAP prints of "security key-manager key query": heads "Vserver: svm1", a table of
// tags, and below each row the identifier of the key (docs.netapp.com, ONTAP CLI reference).
var (
	ontapHead = regexp.MustCompile(`^\s*(Vserver|Key Manager|Node|Key Server|Key Store)(?: Name)?: (\S.*)$`)
	ontapKey  = regexp.MustCompile(`^\s*Key ID: ([0-9A-Fa-f]{16,})\s*$`)
	ontapRow  = regexp.MustCompile(`^\s*(\S+)\s+(\S+)\s+(\S+)\s+(true|false|yes|no)\s*$`)
)

func readONTAP(in *input, _ *Mapping, take func(record) error) error {
	heads, row := map[string]string{}, []string(nil)
	return in.lines(func(n int, line string) error {
		if m := ontapHead.FindStringSubmatch(line); m != nil {
			heads[m[1]] = m[2]
		} else if m := ontapRow.FindStringSubmatch(line); m != nil {
			row = m
		} else if m := ontapKey.FindStringSubmatch(line); m != nil {
			r := record{at: fmt.Sprintf("line %d", n)}
			r.add("id", m[1])
			r.add("vserver", heads["Vserver"])
			if row != nil {
				r.add("tag", row[1])
				r.add("type", row[2])
				r.add("algorithm", row[3])
			}
			row = nil
			return take(r)
		}
		return nil
	})
}
