package keys

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// LUKS2's metadata (specification §3): one object of five, keyslots, tokens,
// segments, digests and config.

const (
	longestWord = 64  // names of ciphers, hashes, flags
	longestBlob = 128 // bytes of a salt or a digest, decoded

	// What a header without slots may hold. After luksFormat and luksErase it is
	// some 700 bytes with one segment and one digest. A volume that is erased in
	// the middle of a re-encryption can have more, and is for a person to judge.
	longestWiped = 8 << 10 // bytes of JSON without tokens
	mostSegments = 2
	mostDigests  = 1
)

// metadata reads the JSON text: the live slots, what else is worth saying, and,
// for a header without live slots, whether all of it can be explained.
func (v *Volume) metadata(b []byte, headerBytes int64) {
	root, err := readJSON(b)
	if err != nil {
		v.damage("the JSON text cannot be read: " + err.Error())
		return
	}
	slots := root.get("keyslots")
	v.require(slots.kind == object, "the JSON text has no keyslots")
	for i := range slots.items {
		v.Slots = append(v.Slots, luks2Slot(&slots.items[i]))
	}
	slices.SortStableFunc(v.Slots, func(a, b Slot) int { return a.Index - b.Index })
	v.Live = len(v.Slots)
	v.Tokens = len(root.get("tokens").items)
	for _, s := range root.get("segments").items {
		if at, ok := decimal(s.get("offset")); ok && (v.Cipher == "" || at < v.DataOffset) {
			v.Cipher, v.DataOffset = short(s.get("encryption").value), at
		}
	}
	for i := range root.items {
		if n := &root.items[i]; n.name == "tokens" {
			v.tokenTexts(n)
		} else if n.name != "keyslots" { // a header that has some is not explained
			v.metadataTexts(n)
		}
	}
	if v.Live == 0 {
		v.wiped(root, int64(len(b)), headerBytes)
	}
}

// wiped says whether a header without live slots can be explained.
func (v *Volume) wiped(root *node, jsonBytes, headerBytes int64) {
	tokens := root.get("tokens")
	v.require(root.has(known) && jsonBytes-tokens.bytes <= longestWiped, "the JSON text holds what no wiped LUKS2 header holds")
	size, ok := decimal(root.get("config").get("json_size"))
	v.require(ok && size == headerBytes-binaryHeader, "the JSON area has another length than the header says")
	if tokens.kind == other {
		return // none
	}
	foreign, ok := v.tokens(tokens)
	v.require(ok, "the tokens are not what their programs write")
	if foreign != "" {
		v.Foreign = !v.Damaged
		v.damage(foreign)
	}
}

// luks2Slot reads one member of keyslots (§3.2). A slot that is listed is live,
// however little of it can be read.
func luks2Slot(n *node) Slot {
	s := Slot{Index: -1, Live: true}
	if i, err := strconv.Atoi(n.name); err == nil && i >= 0 && i < 1<<16 {
		s.Index = i
	}
	area := n.get("area")
	s.Offset, _ = decimal(area.get("offset"))
	s.Length, _ = decimal(area.get("size"))
	s.Detail = fmt.Sprintf("type %q", short(n.get("type").value))
	if kdf := n.get("kdf").get("type").value; kdf != "" {
		s.Detail += ", passphrase hashed with " + short(kdf)
	}
	if mode := n.get("mode").value; mode != "" {
		s.Detail += ", " + short(mode)
	}
	return s
}

// short keeps text of the medium from filling a report.
func short(s string) string {
	if len(s) > longestWord || !word(s) {
		return "(not a name)"
	}
	return s
}

// A rule says whether a member or a list item has the form the format gives it.
type rule func(n *node) bool

// A member is one that an object may have.
type member struct {
	name string
	rule rule
}

// has says that n is an object with no other members than those of the table,
// each of the right form.
func (n *node) has(table func() []member) bool {
	if n.kind != object {
		return false
	}
	members := table()
	for i := range n.items {
		item := &n.items[i]
		at := slices.IndexFunc(members, func(m member) bool { return m.name == item.name })
		if at < 0 || !members[at].rule(item) {
			return false
		}
	}
	return true
}

// known is the table of a wiped header (§3.1): the five objects, no slots.
func known() []member {
	return []member{
		{"keyslots", func(n *node) bool { return n.kind == object && len(n.items) == 0 }},
		{"tokens", func(*node) bool { return true }}, // judged by (*Volume).tokens
		{"segments", numbered(segment, mostSegments)},
		{"digests", numbered(digest, mostDigests)},
		{"config", func(n *node) bool { return n.has(config) }},
	}
}

// segment: §3.3; the members for drives that encrypt by themselves (hw-opal)
// came with cryptsetup 2.7.
func segment() []member {
	return []member{
		{"type", isSegmentType}, {"offset", isDecimal}, {"size", isSize}, {"iv_tweak", isDecimal}, {"encryption", isWord},
		{"sector_size", isNumber}, {"flags", words}, {"integrity", func(n *node) bool { return n.has(integrity) }},
		{"opal_segment_number", isNumber}, {"opal_key_size", isNumber}, {"opal_segment_size", isDecimal},
	}
}

func isSegmentType(n *node) bool {
	return n.kind == text && slices.Contains([]string{"crypt", "linear", "hw-opal", "hw-opal-crypt"}, n.value)
}

func integrity() []member {
	return []member{{"type", isWord}, {"journal_encryption", isWord}, {"journal_integrity", isWord}, {"key_size", isNumber}}
}

// digest: §3.4. It stays when the slots are gone; it verifies a volume key but
// does not contain it.
func digest() []member {
	return []member{
		{"type", isWord}, {"keyslots", empty}, {"segments", indices}, {"hash", isWord}, {"iterations", isNumber},
		{"salt", isBlob}, {"digest", isBlob},
	}
}

// config: §3.6.
func config() []member {
	return []member{
		{"json_size", isDecimal}, {"keyslots_size", isDecimal}, {"flags", words},
		{"requirements", func(n *node) bool {
			return n.has(func() []member { return []member{{"mandatory", words}} })
		}},
	}
}

// numbered is an object of at most so many members, which are named 0 to 31
// and have one form.
func numbered(table func() []member, most int) rule {
	return func(n *node) bool {
		if n.kind != object || len(n.items) > most {
			return false
		}
		for i := range n.items {
			if !index(n.items[i].name) || !n.items[i].has(table) {
				return false
			}
		}
		return true
	}
}

func index(s string) bool {
	i, err := strconv.Atoi(s)
	return err == nil && i >= 0 && i < 32 && strconv.Itoa(i) == s
}

func empty(n *node) bool { return n.kind == list && len(n.items) == 0 }

func indices(n *node) bool {
	bad := func(item node) bool { return item.kind != text || !index(item.value) }
	return n.kind == list && len(n.items) <= 32 && !slices.ContainsFunc(n.items, bad)
}

func words(n *node) bool {
	bad := func(item node) bool { return !isWord(&item) }
	return n.kind == list && len(n.items) <= 16 && !slices.ContainsFunc(n.items, bad)
}

func isWord(n *node) bool { return n.kind == text && isName(n.value) }

// isName: the name of a cipher, a hash or a flag as LUKS2 has them. Brackets and
// commas are in the kernel's own: hmac(sha256), capi:xts(aes)-plain64.
func isName(s string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-_:(),"
	return s != "" && len(s) <= longestWord && strings.Trim(s, letters) == ""
}

// word is what may be shown of a name in a header that need not be whole, and
// what a LUKS1 header has in its fields.
func word(s string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:()$,"
	return len(s) <= longestWord && strings.Trim(s, letters) == ""
}

func isNumber(n *node) bool {
	i, err := strconv.ParseUint(n.value, 10, 32)
	return n.kind == number && err == nil && strconv.FormatUint(i, 10) == n.value
}

// isDecimal: LUKS2 writes 64-bit numbers as strings (§3.1).
func isDecimal(n *node) bool { _, ok := decimal(n); return ok }

func decimal(n *node) (int64, bool) {
	i, err := strconv.ParseInt(n.value, 10, 64)
	return i, n.kind == text && err == nil && i >= 0 && strconv.FormatInt(i, 10) == n.value
}

func isSize(n *node) bool { return isDecimal(n) || n.kind == text && n.value == "dynamic" }

func isBlob(n *node) bool {
	b, err := base64.StdEncoding.Strict().DecodeString(n.value)
	return n.kind == text && err == nil && len(b) <= longestBlob && !strings.ContainsAny(n.value, "\r\n")
}
