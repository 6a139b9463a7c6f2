package ttlv

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// examples are those of the specification (KMIP 1.4, 9.1.2): tag 420020 and a value of each type.
var examples = []struct {
	text string
	want Item
}{
	{"420020 02 00000004 00000008 00000000", Item{Type: Integer, Number: 8}},
	{"420020 03 00000008 01B69B4BA5749200", Item{Type: LongInteger, Number: 123456789000000000}},
	{"420020 04 00000010 0000000003FD35EB6BC2DF4618080000", Item{Type: BigInteger, Bytes: unhex("0000000003FD35EB6BC2DF4618080000")}},
	{"420020 05 00000004 000000FF 00000000", Item{Type: Enumeration, Number: 255}},
	{"420020 06 00000008 0000000000000001", Item{Type: Boolean, Number: 1}},
	{"420020 07 0000000B 48656C6C6F20576F726C640000000000", Item{Type: TextString, Bytes: []byte("Hello World")}},
	{"420020 08 00000003 0102030000000000", Item{Type: ByteString, Bytes: []byte{1, 2, 3}}},
	{"420020 09 00000008 0000000047DA67F8", Item{Type: DateTime, Number: 1205495800}},
	{"420020 0A 00000004 000D2F00 00000000", Item{Type: Interval, Number: 864000}},
	{"420020 01 00000020 420004 05 00000004 000000FE 00000000 420005 02 00000004 000000FF 00000000",
		Item{Type: Structure, Items: []Item{{Tag: 0x420004, Type: Enumeration, Number: 254}, {Tag: 0x420005, Type: Integer, Number: 255}}}},
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func TestExamples(t *testing.T) {
	for _, x := range examples {
		b := unhex(x.text)
		x.want.Tag = 0x420020
		got, err := Decode(b)
		if err != nil || !reflect.DeepEqual(*got, x.want) {
			t.Errorf("%s: %+v, %v", x.text, got, err)
			continue
		}
		if again := got.Append(nil); !bytes.Equal(again, b) {
			t.Errorf("%s becomes %X", x.text, again)
		}
	}
	day := time.Date(2008, 3, 14, 11, 56, 40, 0, time.UTC) // as the specification says of its example
	if i := (Item{Type: DateTime, Number: 1205495800}); !i.Time().Equal(day) {
		t.Error(i.Time())
	}
	if i := (Item{Type: DateTimeExt, Number: 1205495800_000001}); !i.Time().Equal(day.Add(time.Microsecond)) {
		t.Error(i.Time())
	}
	if i := Int(1, -2); i.Append(nil)[8] != 0xFF {
		t.Error("a negative number")
	}
	if i, err := Decode(unhex("420020 02 00000004 FFFFFFFE 00000000")); err != nil || i.Number != -2 {
		t.Error(i, err)
	}
}

func TestRefused(t *testing.T) {
	deep := Struct(1)
	for range maxDepth {
		deep = Struct(1, deep)
	}
	many := Item{Tag: 1, Type: Structure, Items: make([]Item, maxItems)}
	for i := range many.Items {
		many.Items[i] = Struct(2)
	}
	for name, b := range map[string][]byte{
		"nothing":                   nil,
		"half a head":               unhex("42002002 000000"),
		"cut":                       unhex("420020 02 00000004 00000008 000000"),
		"more than there is":        unhex("420020 08 FFFFFFFF 0102030000000000"),
		"no such type":              unhex("420020 0C 00000004 00000008 00000000"),
		"type nought":               unhex("420020 00 00000004 00000008 00000000"),
		"an empty number":           unhex("420020 02 00000000"),
		"a long number":             unhex("420020 02 00000008 0000000800000000"),
		"an empty time":             unhex("420020 09 00000000"),
		"padding":                   unhex("420020 02 00000004 00000008 00000001"),
		"neither yes nor no":        unhex("420020 06 00000008 0000000000000002"),
		"text of another code":      unhex("420020 07 00000002 FF41000000000000"),
		"something behind":          unhex("420020 02 00000004 00000008 00000000 00"),
		"longer than what it is":    unhex("420020 01 00000010 420004 05 00000010 000000FE 00000000"),
		"longer than what it is in": unhex("420020 01 00000028 420021 01 00000010 420004 08 00000010 0000000000000000 420005 02 00000004 000000FE 00000000"),
		"deep":                      deep.Append(nil),
		"many":                      many.Append(nil),
	} {
		if i, err := Decode(b); !errors.Is(err, ErrForeign) || i != nil {
			t.Errorf("%s: %v, %v", name, i, err)
		}
	}
	whole := deep.Items[0]
	if _, err := Decode(whole.Append(nil)); err != nil {
		t.Errorf("as deep as may be: %v", err)
	}
	many.Items = many.Items[1:]
	if _, err := Decode(many.Append(nil)); err != nil {
		t.Errorf("as many as may be: %v", err)
	}
}

func TestRead(t *testing.T) {
	message := Struct(0x42007B, Text(7, "in pieces"))
	b := message.Append(nil)
	i, raw, err := Read(iotest.OneByteReader(bytes.NewReader(append(b, "the next"...))), 0x42007B, len(b))
	if err != nil || !bytes.Equal(raw, b) || !reflect.DeepEqual(*i, message) {
		t.Errorf("%v, %v", i, err)
	}
	for name, x := range map[string]struct {
		sent  []byte
		limit int
		want  string
	}{
		"a byte too long":   {b, len(b) - 1, "more than the"},
		"four gigabytes":    {unhex("42007B 01 FFFFFFFF"), 1 << 20, "more than the"},
		"cut":               {b[:len(b)-1], 1 << 20, "is cut"},
		"nothing":           {nil, 1 << 20, io.EOF.Error()},
		"half a head":       {b[:7], 1 << 20, io.ErrUnexpectedEOF.Error()},
		"a web server":      {[]byte("HTTP/1.1 400 Bad Request\r\n"), 1 << 20, ErrForeign.Error()},
		"another message":   {unhex("420078 01 00000000"), 1 << 20, ErrForeign.Error()},
		"no structure":      {unhex("42007B 02 00000004 00000008 00000000"), 1 << 20, ErrForeign.Error()},
		"something foreign": {unhex("42007B 01 00000008 0000000000000000"), 1 << 20, ErrForeign.Error()},
	} {
		if i, _, err := Read(bytes.NewReader(x.sent), 0x42007B, x.limit); err == nil || !strings.Contains(err.Error(), x.want) || i != nil {
			t.Errorf("%s: %v, %v", name, i, err)
		}
	}
	if _, _, err := Read(io.MultiReader(bytes.NewReader(b[:9]), iotest.ErrReader(io.ErrClosedPipe)), 0x42007B, 1<<20); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}

func TestOne(t *testing.T) {
	s := Struct(1, Int(2, 7), Int(3, 8), Int(3, 9))
	if i, err := s.One(2, Integer); err != nil || i.Number != 7 {
		t.Error(i, err)
	}
	if i, err := s.One(4, Integer); err != nil || i != nil {
		t.Error(i, err)
	}
	if i, err := s.One(3, Integer); err == nil || i != nil {
		t.Error("two for one")
	}
	if i, err := s.One(2, TextString); err == nil || i != nil {
		t.Error("another type")
	}
	if list := s.All(3); len(list) != 2 || list[1].Number != 9 {
		t.Error(list)
	}
}

// FuzzDecode: whatever is read is read again as it was written, and nothing is larger than what came.
func FuzzDecode(f *testing.F) {
	for _, x := range examples {
		f.Add(unhex(x.text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		i, err := Decode(b)
		if err != nil {
			return
		}
		if again := i.Append(nil); !bytes.Equal(again, b) {
			t.Fatalf("%X becomes %X", b, again)
		}
		Read(bytes.NewReader(b), i.Tag, len(b))
	})
}
