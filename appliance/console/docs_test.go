package console

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/appliance/console/page"
)

const consoleDocs = "../../docs/console.md"

// The pictures in the documentation are the screens: after a comment that names
// one, there it is.
func TestConsoleDocs(t *testing.T) {
	doc, err := os.ReadFile(consoleDocs)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(doc), "<!-- screen ")
	if len(parts) < 5 {
		t.Fatalf("%s shows %d screens", consoleDocs, len(parts)-1)
	}
	for i, part := range parts[1:] {
		name, rest, ok := strings.Cut(part, " -->\n```\n")
		_, after, closed := strings.Cut(rest, "```\n")
		if !ok || !closed {
			t.Fatalf("%s: no picture after the comment %q", consoleDocs, name)
		}
		parts[i+1] = name + " -->\n```\n" + goldenScreen(t, name, "") + "```\n" + after
	}
	want := strings.Join(parts, "<!-- screen ")
	if *updateConsole {
		err = os.WriteFile(consoleDocs, []byte(want), 0o644)
	} else if string(doc) != want {
		t.Errorf("%s does not show the screens as they are: go test ./appliance/console -run TestConsole -update-console", consoleDocs)
	}
	if err != nil {
		t.Fatal(err)
	}
}

var pictures = flag.String("console-pictures", "", "write the screens in colour, as HTML, to this folder")

// The pictures docs/console-*.png are screenshots of such pages, 800 by 456:
//
//	go test ./appliance/console -run TestConsolePictures -console-pictures DIR
//	chromium --headless --screenshot=X.png --window-size=800,456 DIR/X.html
func TestConsolePictures(t *testing.T) {
	dir := cmp.Or(*pictures, t.TempDir())
	for _, s := range scenarios() {
		core := s.core()
		d := newDriver(t, s.model(core), core)
		for _, sc := range s.scenes {
			d.play(sc)
			v := newVT(80, 24)
			v.Write([]byte(strings.Join(d.m.lines(), "\r\n")))
			page := pictureOf(v)
			if sc.golden == "" {
				continue
			}
			if !bytes.HasSuffix(page, []byte("</pre>\n")) || bytes.Count(page, []byte("\n")) != 25 {
				t.Fatalf("%s: %s", sc.golden, page)
			}
			if err := os.WriteFile(filepath.Join(dir, "console-"+sc.golden+".html"), page, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// pictureOf draws a terminal in the colours of the Linux console.
func pictureOf(v *vt) []byte {
	var b bytes.Buffer
	b.WriteString(`<meta charset="utf-8"><style>body{margin:0;background:#000}pre{margin:4px 8px;font:16px/18.6px "DejaVu Sans Mono",monospace;color:#aaa}</style><pre>`)
	for _, r := range v.cells {
		for len(r) > 0 {
			n := len(r)
			if i := slices.IndexFunc(r, func(c vtCell) bool { return c.color != r[0].color }); i > 0 {
				n = i
			}
			var text []byte
			for _, c := range r[:n] {
				text = append(text, c.c)
			}
			fmt.Fprintf(&b, `<span style="%s">%s</span>`, cssOf(page.Color(r[0].color)), html.EscapeString(string(text)))
			r = r[n:]
		}
		b.WriteString("\n")
	}
	b.WriteString("</pre>\n")
	return b.Bytes()
}

func cssOf(color page.Color) string {
	switch color {
	case page.Bold:
		return "color:#fff"
	case page.Dim:
		return "color:#777"
	case page.Green:
		return "color:#5f5"
	case page.Yellow:
		return "color:#ff5"
	case page.Red:
		return "color:#f55"
	case page.Bar:
		return "background:#aaa;color:#000"
	case "32":
		return "color:#0a0"
	case "36":
		return "color:#0aa"
	}
	return ""
}
