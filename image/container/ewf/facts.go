package ewf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"shokyo.dev/shokyo/image/container/disk"
	"shokyo.dev/shokyo/image/source"
	"shokyo.dev/shokyo/words/medium"
)

// What the header of an E01 says: a line of names and one of values, with tabs between, deflated; in "header2" as UTF-16
// (EWF, "Header section"). It is what somebody typed, or a program found, and nothing of it is checked.

// ewfMaxText is more than a header has, deflated or not.
const ewfMaxText = 1 << 20

// ewfNames are those that a report quotes, in its order.
var ewfNames = []struct{ name, means string }{
	{"c", "case"}, {"n", "evidence number"}, {"a", "description"}, {"e", "examiner"}, {"t", "notes"},
	{"md", "model"}, {"sn", "serial number"}, {"m", "acquired"}, {"av", "with version"}, {"ov", "on"},
}

// facts notes what the header says, once: of several the first.
func (r *ewfReading) facts(file source.Source, kind string, from, to int64) {
	if r.said {
		return
	}
	packed, err := disk.TableOf(file, from, min(to-from, ewfMaxText), 1)
	if err != nil {
		return
	}
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return
	}
	text, _ := io.ReadAll(io.LimitReader(z, ewfMaxText)) // what is there
	said := string(text)
	if kind == "header2" {
		said = fromUTF16(text)
	}
	if list := ewfFacts(said); list != "" {
		r.said = true
		r.opened.Note(medium.EvidenceSays.Say(list))
	}
}

func ewfFacts(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r", ""), "\n")
	if len(lines) < 4 {
		return ""
	}
	names, values := strings.Split(lines[2], "\t"), strings.Split(lines[3], "\t")
	var list []string
	for _, x := range ewfNames {
		for i, name := range names {
			if name == x.name && i < len(values) && values[i] != "" {
				list = append(list, fmt.Sprintf("%s %.200q", x.means, values[i]))
			}
		}
	}
	return strings.Join(list, ", ")
}

func fromUTF16(b []byte) string {
	b = bytes.TrimPrefix(b, []byte("\xff\xfe"))
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(u))
}
