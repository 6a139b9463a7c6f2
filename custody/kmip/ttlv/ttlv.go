// Package ttlv is the encoding of KMIP's messages: items of tag, type, length and value, in structures
// that may hold structures (KMIP Specification 1.4, 9.1; 2.0, 11).
//
//	42 00 8D   05     00 00 00 04   00 00 00 05   00 00 00 00
//	tag        type   length        value         padding to 8 bytes
//
// What is read comes from a server that need not be honest. A message is read as it comes, never by the
// length that it states, and is refused whole where anything in it does not hold: there is no way
// to have half of one.
package ttlv

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"
)

// Tag says what an item is. Those of the standard begin with 42.
type Tag uint32

func (t Tag) String() string { return fmt.Sprintf("%06X", uint32(t)) }

// Type says how a value is written (KMIP 1.4, 9.1.1.2).
type Type uint8

const (
	Structure   Type = 1
	Integer     Type = 2
	LongInteger Type = 3
	BigInteger  Type = 4
	Enumeration Type = 5
	Boolean     Type = 6
	TextString  Type = 7
	ByteString  Type = 8
	DateTime    Type = 9
	Interval    Type = 10
	DateTimeExt Type = 11 // microseconds, since KMIP 2.0
)

// sizes are the lengths of the types that have one.
var sizes = map[Type]int{Integer: 4, LongInteger: 8, Enumeration: 4, Boolean: 8, DateTime: 8, Interval: 4, DateTimeExt: 8}

// Bounds of a message.
const (
	maxDepth = 16     // of structures in structures; answers about attributes have 7
	maxItems = 50_000 // in a message
)

// Item is one item: Number has the value of whatever is a number, a yes or no, or a time; Bytes that of
// strings and big integers; Items what a structure holds.
type Item struct {
	Tag    Tag
	Type   Type
	Number int64
	Bytes  []byte
	Items  []Item
}

// Struct, Int, Enum and Text make items.
func Struct(t Tag, items ...Item) Item { return Item{Tag: t, Type: Structure, Items: items} }
func Int(t Tag, n int32) Item          { return Item{Tag: t, Type: Integer, Number: int64(n)} }
func Enum(t Tag, n uint32) Item        { return Item{Tag: t, Type: Enumeration, Number: int64(n)} }
func Text(t Tag, s string) Item        { return Item{Tag: t, Type: TextString, Bytes: []byte(s)} }

// All are the items of a structure that have the tag, in their order.
func (i *Item) All(t Tag) (out []*Item) {
	for n := range i.Items {
		if i.Items[n].Tag == t {
			out = append(out, &i.Items[n])
		}
	}
	return out
}

// One is the only item of a structure that has the tag and the type; nil where there is none. Two are an error: which one would hold?
func (i *Item) One(t Tag, want Type) (*Item, error) {
	list := i.All(t)
	switch {
	case len(list) == 0:
		return nil, nil
	case len(list) > 1:
		return nil, fmt.Errorf("the item %v has %d times what may stand there once (%v)", i.Tag, len(list), t)
	case list[0].Type != want:
		return nil, fmt.Errorf("the item %v is of the type %d, where %d has to be", t, list[0].Type, want)
	}
	return list[0], nil
}

// Time is the value of a date.
func (i *Item) Time() time.Time {
	if i.Type == DateTimeExt {
		return time.UnixMicro(i.Number).UTC()
	}
	return time.Unix(i.Number, 0).UTC()
}

// Append writes the item behind b.
func (i *Item) Append(b []byte) []byte {
	b = append(b, byte(i.Tag>>16), byte(i.Tag>>8), byte(i.Tag), byte(i.Type), 0, 0, 0, 0)
	start := len(b)
	switch {
	case i.Type == Structure:
		for n := range i.Items {
			b = i.Items[n].Append(b)
		}
	case sizes[i.Type] == 4:
		b = binary.BigEndian.AppendUint32(b, uint32(i.Number))
	case sizes[i.Type] == 8:
		b = binary.BigEndian.AppendUint64(b, uint64(i.Number))
	default:
		b = append(b, i.Bytes...)
	}
	binary.BigEndian.PutUint32(b[start-4:], uint32(len(b)-start))
	return append(b, make([]byte, padding(len(b)-start))...)
}

func padding(n int) int { return -n & 7 }

// ErrForeign says that what came is no message in this encoding.
var ErrForeign = errors.New("the answer is not in KMIP's encoding")

// Read reads one message, a structure of the tag, of at most limit bytes. It takes memory for what came, whatever is said to come.
func Read(r io.Reader, tag Tag, limit int) (*Item, []byte, error) {
	b := make([]byte, 8, 4096)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, nil, fmt.Errorf("read the answer: %w", err)
	}
	if t, typ := header(b); t != tag || typ != Structure {
		return nil, nil, ErrForeign
	}
	length := int64(binary.BigEndian.Uint32(b[4:]))
	if length > int64(limit)-8 {
		return nil, nil, fmt.Errorf("the answer is said to have %d bytes, more than the %d that are allowed", length, limit)
	}
	body, err := io.ReadAll(io.LimitReader(r, length))
	if err != nil {
		return nil, nil, fmt.Errorf("read the answer: %w", err)
	}
	if int64(len(body)) < length {
		return nil, nil, fmt.Errorf("the answer is cut: it has %d bytes of the %d that it states", len(body), length)
	}
	b = append(b, body...)
	item, err := Decode(b)
	return item, b, err
}

func header(b []byte) (Tag, Type) {
	return Tag(b[0])<<16 | Tag(b[1])<<8 | Tag(b[2]), Type(b[3])
}

// Decode reads b, which has to hold one item and nothing else.
func Decode(b []byte) (*Item, error) {
	d := decoder{left: maxItems}
	item, rest, err := d.item(b, 0)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%w: %d bytes follow the message", ErrForeign, len(rest))
	}
	return &item, nil
}

// decoder counts what a message has.
type decoder struct{ left int }

func (d *decoder) item(b []byte, depth int) (i Item, rest []byte, err error) {
	if d.left--; d.left < 0 {
		return i, nil, fmt.Errorf("it has more than %d items", maxItems)
	}
	if len(b) < 8 {
		return i, nil, errors.New("an item is cut")
	}
	i.Tag, i.Type = header(b)
	length := int64(binary.BigEndian.Uint32(b[4:8]))
	b = b[8:]
	whole := length + int64(padding(int(length&7)))
	if whole > int64(len(b)) {
		return i, nil, fmt.Errorf("the item %v states %d bytes, and %d are left", i.Tag, length, len(b))
	}
	value, pad, rest := b[:length], b[length:whole], b[whole:]
	for _, c := range pad {
		if c != 0 {
			return i, nil, fmt.Errorf("the padding of the item %v is not zero", i.Tag)
		}
	}
	return i, rest, d.value(&i, value, depth)
}

func (d *decoder) value(i *Item, value []byte, depth int) (err error) {
	if size := sizes[i.Type]; size > 0 && size != len(value) {
		return fmt.Errorf("the item %v has %d bytes, where its type has %d", i.Tag, len(value), size)
	}
	switch i.Type {
	case Structure:
		if depth == maxDepth {
			return fmt.Errorf("structures lie more than %d deep", maxDepth)
		}
		for len(value) > 0 {
			var in Item
			if in, value, err = d.item(value, depth+1); err != nil {
				return err
			}
			i.Items = append(i.Items, in)
		}
	case Integer:
		i.Number = int64(int32(binary.BigEndian.Uint32(value)))
	case Enumeration, Interval:
		i.Number = int64(binary.BigEndian.Uint32(value))
	case LongInteger, DateTime, DateTimeExt:
		i.Number = int64(binary.BigEndian.Uint64(value))
	case Boolean:
		if i.Number = int64(binary.BigEndian.Uint64(value)); i.Number&^1 != 0 {
			return fmt.Errorf("the item %v is neither yes nor no", i.Tag)
		}
	case TextString:
		if !utf8.Valid(value) { // KMIP 1.4, 9.1.1.4: UTF-8
			return fmt.Errorf("the text of the item %v is not UTF-8", i.Tag)
		}
		i.Bytes = value
	case ByteString, BigInteger:
		i.Bytes = value
	default:
		return fmt.Errorf("the item %v is of the type %d, which there is not", i.Tag, i.Type)
	}
	return nil
}
