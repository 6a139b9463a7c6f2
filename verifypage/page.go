package verifypage

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"

	"shokyo.dev/shokyo/words"
	said "shokyo.dev/shokyo/words/verifypage"
)

//go:embed page.html.tmpl
var source string

var page = template.Must(template.New("page").Parse(source))

// Write makes the page of a program for WebAssembly and of the script of the Go distribution that runs it
// (lib/wasm/wasm_exec.js). The same input gives the same bytes.
func Write(w io.Writer, program, runner []byte) error {
	packed, err := pack(program)
	if err != nil {
		return fmt.Errorf("pack the program: %w", err)
	}
	return page.Execute(w, map[string]any{"Program": packed, "Runner": template.JS(runner), "T": map[string]words.Text{
		"Title": said.Title, "Drop": said.Drop, "Choose": said.Choose, "Cert": said.Cert, "More": said.More, "Lists": said.Lists, "Stamps": said.Stamps, "Local": said.Local, "Loading": said.Loading,
		"Ready": said.Ready, "Checking": said.Checking, "TooOld": said.TooOld, "Pages": said.Pages,
		"NotChecked": headings[NotChecked], "NotCheckedMeans": meanings[NotChecked]}})
}

func pack(program []byte) (string, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(program)
	}
	if err == nil {
		err = z.Close()
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), err
}

// JSON is an answer for the page's script.
func (a *Answer) JSON() string {
	b, err := json.Marshal(a)
	if err != nil {
		return `{"Status":"not-checked"}`
	}
	return string(b)
}
