package keys

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// A strict reading of JSON. encoding/json's maps and structures would take the
// last of two members with one name and skip what they do not know; both are
// ways to hide a key slot or a kilobyte. So the text becomes a tree of nodes in
// the order of the text, by encoding/json's tokens, with limits.

const (
	jsonMaxDepth = 8     // LUKS2 needs 5
	jsonMaxNodes = 20000 // 32 slots, 32 tokens and their digests need some 1500
	jsonMaxItems = 256   // of one list or object; LUKS2 has at most 32
)

type nodeKind uint8

const (
	other nodeKind = iota // null, or nothing
	boolean
	text
	number
	list
	object
)

// node is a value; in an object it has a name.
type node struct {
	kind  nodeKind
	name  string
	value string // text or number
	items []node // of a list or an object
	bytes int64  // of the text, with what separates the value from the one before
}

// get is the member with that name; a node without content if there is none.
func (n *node) get(name string) *node {
	for i := range n.items {
		if n.kind == object && n.items[i].name == name {
			return &n.items[i]
		}
	}
	return &node{}
}

type reader struct {
	d     *json.Decoder
	nodes int
}

// readJSON reads one object that is the whole of b.
func readJSON(b []byte) (*node, error) {
	if !utf8.Valid(b) {
		return nil, errors.New("not UTF-8")
	}
	if blanks(b) > len(b)/2 {
		return nil, errors.New("more blanks than text")
	}
	r := reader{d: json.NewDecoder(bytes.NewReader(b))}
	r.d.UseNumber()
	var root node
	if err := r.read(&root, 0); err != nil {
		return nil, err
	}
	if root.kind != object || r.d.More() || r.d.InputOffset() != int64(len(bytes.TrimRight(b, " \t\r\n"))) {
		return nil, errors.New("not one object")
	}
	return &root, nil
}

// blanks counts white space, in strings or between them.
func blanks(b []byte) (n int) {
	for _, c := range b {
		if c <= ' ' {
			n++
		}
	}
	return n
}

// read fills n from the next value. It calls itself for values within, no
// deeper than jsonMaxDepth.
func (r *reader) read(n *node, depth int) error {
	if r.nodes++; r.nodes > jsonMaxNodes || depth > jsonMaxDepth {
		return errors.New("too large or too deep")
	}
	from := r.d.InputOffset()
	defer func() { n.bytes = r.d.InputOffset() - from }()
	t, err := r.d.Token()
	if err != nil {
		return fmt.Errorf("at byte %d: %w", r.d.InputOffset(), err)
	}
	switch t := t.(type) {
	case bool:
		n.kind = boolean
	case string:
		n.kind, n.value = text, t
	case json.Number:
		n.kind, n.value = number, t.String()
	case json.Delim:
		if n.kind = list; t == '{' {
			n.kind = object
		}
		return r.items(n, depth)
	}
	return nil
}

// items reads the values of a list or the members of an object, up to its end.
func (r *reader) items(n *node, depth int) error {
	for r.d.More() {
		if len(n.items) == jsonMaxItems {
			return errors.New("too many values in one place")
		}
		var item node
		if n.kind == object {
			t, err := r.d.Token()
			if err != nil {
				return fmt.Errorf("at byte %d: %w", r.d.InputOffset(), err)
			}
			item.name, _ = t.(string)
			if n.get(item.name).name != "" || item.name == "" {
				return errors.New("a member without a name, or two with one")
			}
		}
		if err := r.read(&item, depth+1); err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	_, err := r.d.Token() // the closing bracket
	return err
}
