package exports

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxRecord bounds a record, in bytes of text: what never ends a quotation, a line or an element is
// not gathered in memory.
const maxRecord = 1 << 20

// looked is how far the encoding is judged by.
const looked = 64 << 10

// input is a file as a stream of UTF-8, of which a record at a time may be read.
type input struct {
	*bufio.Reader
	left   int64 // of the record
	text   io.Reader
	raw    io.Reader
	sum    hash.Hash
	bytes  int64
	unread int64
}

var errLong = fmt.Errorf("a record is longer than %d bytes", maxRecord)

func newInput(r io.Reader, name string) (*input, error) {
	in := &input{sum: sha256.New(), left: maxRecord + looked}
	in.raw = io.TeeReader(r, writer(func(b []byte) { in.sum.Write(b); in.bytes += int64(len(b)) }))
	packed := bufio.NewReader(in.raw)
	in.raw = packed
	if magic, _ := packed.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(packed)
		if err != nil {
			return nil, fmt.Errorf("unpack it: %w", err)
		}
		packed = bufio.NewReader(z)
	}
	text := bufio.NewReaderSize(packed, looked)
	e, err := encodingOf(text, name)
	if err != nil {
		return nil, err
	}
	in.text = transform.NewReader(text, e)
	in.Reader = bufio.NewReader(readerFunc(in.some))
	return in, nil
}

type writer func([]byte)

func (w writer) Write(b []byte) (int, error) { w(b); return len(b), nil }

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// some gives more of the text, while the record may have more.
func (in *input) some(b []byte) (int, error) {
	if in.left <= 0 {
		return 0, errLong
	}
	n, err := in.text.Read(b[:min(int64(len(b)), in.left)])
	in.left -= int64(n)
	if errors.Is(err, encoding.ErrInvalidUTF8) {
		err = errors.New("the text is not in UTF-8 throughout: write its encoding into a mapping (encoding = \"shift_jis\")")
	}
	return n, err
}

// next begins a record.
func (in *input) next() { in.left = maxRecord + looked }

// finish reads what is left of the file, and says what was read.
func (in *input) finish() (sum string, n int64, err error) {
	if _, err := io.Copy(io.Discard, in.raw); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(in.sum.Sum(nil)), in.bytes, nil
}

// encodings by the names that a mapping has for them.
var encodings = map[string]encoding.Encoding{
	"shift_jis": japanese.ShiftJIS, "euc-jp": japanese.EUCJP, "iso-2022-jp": japanese.ISO2022JP,
	"utf-16": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
}

func encodingOf(r *bufio.Reader, name string) (transform.Transformer, error) {
	begin, err := r.Peek(looked)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if e, ok := encodings[name]; ok {
		return e.NewDecoder(), nil
	}
	marked := bytes.HasPrefix(begin, []byte{0xff, 0xfe}) || bytes.HasPrefix(begin, []byte{0xfe, 0xff})
	switch {
	case name != "" && name != "utf-8":
		return nil, fmt.Errorf("encoding = %q: use utf-8, utf-16, shift_jis, euc-jp or iso-2022-jp", name)
	case marked:
		return encodings["utf-16"].NewDecoder(), nil
	case bytes.IndexByte(begin, 0) >= 0:
		return nil, errors.New("holds zero bytes: it is no text, or UTF-16 without a mark (encoding = \"utf-16\")")
	case name == "" && !utf8.Valid(wholeRunes(begin)):
		return encodings["shift_jis"].NewDecoder(), nil // what Japanese spreadsheets write
	}
	if bytes.HasPrefix(begin, []byte("\ufeff")) {
		r.Discard(3)
	}
	return encoding.UTF8Validator, nil
}

// wholeRunes leaves out a rune that is cut at the end.
func wholeRunes(b []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}
