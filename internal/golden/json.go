package golden

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
)

// A field is a value of a JSON text: where it stands among the others, how it is written,
// and where. Empty arrays and objects are fields of their own.
type field struct {
	path       string // "medium.parts[2].size_bytes"
	value      string
	start, end int
}

// fields lists the fields of one JSON text or of several in a row, in their order.
func fields(text string) ([]field, error) {
	w := walker{text: text, d: json.NewDecoder(strings.NewReader(text))}
	w.d.UseNumber()
	for n := 0; ; n++ {
		path := ""
		if n > 0 {
			path = strconv.Itoa(n) + ":"
		}
		err := w.value(path)
		if errors.Is(err, io.EOF) {
			if n == 0 {
				return nil, err
			}
			return w.list, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

type walker struct {
	text string
	d    *json.Decoder
	list []field
}

func (w *walker) value(path string) error {
	before := int(w.d.InputOffset())
	token, err := w.d.Token()
	if err != nil {
		return err
	}
	end := int(w.d.InputOffset())
	start := before + len(w.text[before:end]) - len(strings.TrimLeft(w.text[before:end], " \t\r\n,:"))
	switch token {
	case json.Delim('{'):
		err = w.object(path)
	case json.Delim('['):
		err = w.array(path)
	default:
		w.list = append(w.list, field{path, w.text[start:end], start, end})
		return nil
	}
	if end = int(w.d.InputOffset()); err == nil && end-start == 2 {
		w.list = append(w.list, field{path, w.text[start:end], start, end})
	}
	return err
}

func (w *walker) object(path string) error {
	for w.d.More() {
		key, err := w.d.Token()
		if err != nil {
			return err
		}
		name, dot := key.(string), "."
		if path == "" || strings.HasSuffix(path, ":") {
			dot = ""
		}
		if err := w.value(path + dot + name); err != nil {
			return err
		}
	}
	_, err := w.d.Token()
	return err
}

func (w *walker) array(path string) error {
	for i := 0; w.d.More(); i++ {
		if err := w.value(path + "[" + strconv.Itoa(i) + "]"); err != nil {
			return err
		}
	}
	_, err := w.d.Token()
	return err
}
