package kmip

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/custody/kmip/ttlv"
)

// Bounds of what is kept of an object.
const (
	maxText  = 1 << 10 // bytes of a name or another text
	maxFacts = 1000    // attributes
)

// attribute is one of an object: a name and a value in KMIP 1 (1.4, 2.1.1), an item of its own tag
// in KMIP 2 (2.0, 4), where those of vendors are still named.
type attribute struct {
	name   string
	vendor bool // or one that a client made up
	value  *ttlv.Item
}

// attributesOf are those in an answer to Get Attributes.
func attributesOf(payload *ttlv.Item) (out []attribute, err error) {
	list := payload.All(tagAttribute)
	if in, err := payload.One(tagAttributes, ttlv.Structure); err != nil {
		return nil, err
	} else if in != nil {
		for i := range in.Items {
			list = append(list, &in.Items[i])
		}
	}
	if len(list) > maxFacts {
		return nil, fmt.Errorf("it has %d attributes of one object, more than %d", len(list), maxFacts)
	}
	for _, i := range list {
		a := attribute{name: nameOfTag[i.Tag], value: i}
		if i.Tag == tagAttribute {
			if a, err = named(i); err != nil {
				return nil, err
			}
		}
		out = append(out, a)
	}
	return out, nil
}

func named(i *ttlv.Item) (a attribute, err error) {
	vendor, err := i.One(tagVendorIdentification, ttlv.TextString)
	if err != nil {
		return a, err
	}
	name, err := must(i, tagAttributeName, ttlv.TextString)
	if err != nil {
		return a, err
	}
	values := i.All(tagAttributeValue)
	if len(values) != 1 {
		return a, fmt.Errorf("it has an attribute with %d values", len(values))
	}
	a = attribute{name: string(name.Bytes), value: values[0]}
	switch {
	case vendor != nil:
		a.name, a.vendor = string(vendor.Bytes)+" "+a.name, true
	case strings.HasPrefix(a.name, "x-"), strings.HasPrefix(a.name, "y-"): // KMIP 1.4, 3
		a.vendor = true
	}
	if len(a.name) > maxText {
		return a, fmt.Errorf("the name of an attribute has %d bytes, more than %d", len(a.name), maxText)
	}
	return a, nil
}

// known are the attributes that are read, with the fields of the key that they fill; what is in another is left out.
// That a State or a date comes twice is a contradiction; of names and links there may be many.
var known = []struct {
	tag  ttlv.Tag
	name string
	many bool
	take func(*custody.Object, *ttlv.Item) (string, error)
}{
	{0x42008D, "State", false, state},
	{0x420053, "Name", true, nameOf},
	{0x420057, "Object Type", false, words(objectTypes, nil)},
	{0x420028, "Cryptographic Algorithm", false, words(algorithms, func(o *custody.Object) *string { return &o.Algorithm })},
	{0x42002A, "Cryptographic Length", false, length},
	{0x42002C, "Cryptographic Usage Mask", false, usage},
	{0x420039, "Initial Date", false, dateOf(func(o *custody.Object) *time.Time { return &o.Created })},
	{0x4200BC, "Original Creation Date", false, dateOf(nil)},
	{0x420001, "Activation Date", false, dateOf(func(o *custody.Object) *time.Time { return &o.Activated })},
	{0x420067, "Process Start Date", false, dateOf(nil)},
	{0x420068, "Protect Stop Date", false, dateOf(nil)},
	{0x42002F, "Deactivation Date", false, dateOf(func(o *custody.Object) *time.Time { return &o.Revoked })},
	{0x420021, "Compromise Occurrence Date", false, dateOf(nil)},
	{0x420020, "Compromise Date", false, dateOf(nil)},
	{0x420033, "Destroy Date", false, dateOf(func(o *custody.Object) *time.Time { return &o.Destroyed })},
	{0x420005, "Archive Date", false, archived},
	{0x420048, "Last Change Date", false, dateOf(nil)},
	{0x420081, "Revocation Reason", false, revocation},
	{0x42004A, "Link", true, link},
	{0x42005D, "Operation Policy Name", false, plain},
	{0x420056, "Object Group", true, plain},
	{0x420022, "Contact Information", false, plain},
	{0x420004, "Application Specific Information", true, pair(0x420003, 0x420002)},
	{0x4200B8, "Key Value Location", true, location},
	{0x4200BB, "Key Value Present", false, plain},
	{0x4200A8, "Fresh", false, plain},
	{0x420120, "Sensitive", false, plain},
	{0x420121, "Always Sensitive", false, plain},
	{0x420122, "Extractable", false, plain},
	{0x420123, "Never Extractable", false, plain},
}

var nameOfTag = map[ttlv.Tag]string{}

func init() {
	for _, k := range known {
		nameOfTag[k.tag] = k.name
	}
}

// fill puts the attributes of a key into its fields, and each among its facts.
func fill(o *custody.Object, list []attribute) error {
	seen := map[string]bool{}
	for _, a := range list {
		if a.vendor {
			o.Facts = append(o.Facts, vendorFact(a)...)
			continue
		}
		for _, k := range known {
			if k.name != a.name {
				continue
			}
			if seen[k.name] && !k.many {
				return fmt.Errorf("it has %q twice", k.name)
			}
			seen[k.name] = true
			text, err := k.take(o, a.value)
			if err != nil {
				return fmt.Errorf("%q: %w", k.name, err)
			}
			o.Facts = append(o.Facts, custody.Fact{Name: k.name, Value: text})
		}
	}
	return nil
}

// vendorFact is an attribute of a vendor's or a client's own making. Nobody knows what it may hold: strings of bytes are not read.
func vendorFact(a attribute) []custody.Fact {
	if custody.MayBeSecret(a.name) {
		return nil
	}
	text, err := plain(nil, a.value)
	if err != nil {
		text = "not read: " + err.Error()
	}
	return []custody.Fact{{Name: a.name, Value: text}}
}

// plain is a value as people read it.
func plain(_ *custody.Object, i *ttlv.Item) (string, error) {
	switch i.Type {
	case ttlv.TextString:
		return kept(i)
	case ttlv.Integer, ttlv.LongInteger, ttlv.Enumeration, ttlv.Interval:
		return strconv.FormatInt(i.Number, 10), nil
	case ttlv.Boolean:
		return strconv.FormatBool(i.Number == 1), nil
	case ttlv.DateTime, ttlv.DateTimeExt:
		t, err := date(i)
		return t.Format(time.RFC3339), err
	}
	return "", fmt.Errorf("it is of the type %d", i.Type)
}

// kept refuses what is too long to be a name. It is not quoted: it may be anything.
func kept(i *ttlv.Item) (string, error) {
	if i.Type != ttlv.TextString {
		return "", fmt.Errorf("it is of the type %d, where text has to be", i.Type)
	}
	if len(i.Bytes) > maxText {
		return "", fmt.Errorf("it has %d bytes, more than %d", len(i.Bytes), maxText)
	}
	return string(i.Bytes), nil
}

// one is the text of an item in a structure.
func one(in *ttlv.Item, tag ttlv.Tag) (string, error) {
	i, err := must(in, tag, ttlv.TextString)
	if err != nil {
		return "", err
	}
	return kept(i)
}

// states are those of the standard, in its order (KMIP 1.4, 9.1.3.2.18).
var states = []custody.State{custody.Unknown, custody.PreActive, custody.Active, custody.Deactivated, custody.Compromised, custody.Destroyed, custody.DestroyedCompromised}

func state(o *custody.Object, i *ttlv.Item) (string, error) {
	if i.Type != ttlv.Enumeration {
		return "", fmt.Errorf("it is of the type %d", i.Type)
	}
	if i.Number < int64(len(states)) {
		o.State = states[i.Number]
	}
	if o.State == custody.Unknown {
		return fmt.Sprintf("%#x", i.Number), nil // the standard has no such state
	}
	return o.State.String(), nil
}

func nameOf(o *custody.Object, i *ttlv.Item) (string, error) {
	name, err := one(i, tagNameValue)
	if err == nil {
		o.Names = append(o.Names, name)
	}
	return name, err
}

// words names the values of an enumeration; to is the field that has the name, too.
func words(names []string, to func(*custody.Object) *string) func(*custody.Object, *ttlv.Item) (string, error) {
	return func(o *custody.Object, i *ttlv.Item) (string, error) {
		if i.Type != ttlv.Enumeration {
			return "", fmt.Errorf("it is of the type %d", i.Type)
		}
		text := fmt.Sprintf("%#x", i.Number)
		if i.Number > 0 && i.Number <= int64(len(names)) {
			text = names[i.Number-1]
		}
		if to != nil {
			*to(o) = text
		}
		return text, nil
	}
}

var objectTypes = []string{"Certificate", "Symmetric Key", "Public Key", "Private Key", "Split Key", "Template", "Secret Data", "Opaque Object", "PGP Key", "Certificate Request"}

// algorithms are those of KMIP 1.4, 9.1.3.2.13.
var algorithms = []string{"DES", "3DES", "AES", "RSA", "DSA", "ECDSA", "HMAC-SHA1", "HMAC-SHA224", "HMAC-SHA256", "HMAC-SHA384", "HMAC-SHA512", "HMAC-MD5", "DH", "ECDH", "ECMQV",
	"Blowfish", "Camellia", "CAST5", "IDEA", "MARS", "RC2", "RC4", "RC5", "SKIPJACK", "Twofish", "EC", "One Time Pad", "ChaCha20", "Poly1305", "ChaCha20Poly1305"}

func length(o *custody.Object, i *ttlv.Item) (text string, err error) {
	if i.Type != ttlv.Integer {
		return "", fmt.Errorf("it is of the type %d", i.Type)
	}
	o.Bits, err = plain(o, i)
	return o.Bits, err
}

// uses are the bits of the mask (KMIP 1.4, 9.1.3.3.1).
var uses = []string{"sign", "verify", "encrypt", "decrypt", "wrap", "unwrap", "export", "MAC", "MAC verify", "derive", "content commitment", "key agreement", "certificate sign", "CRL sign",
	"generate cryptogram", "validate cryptogram", "translate encrypt", "translate decrypt", "translate wrap", "translate unwrap"}

func usage(_ *custody.Object, i *ttlv.Item) (string, error) {
	if i.Type != ttlv.Integer {
		return "", fmt.Errorf("it is of the type %d", i.Type)
	}
	var list []string
	for bit, name := range uses {
		if i.Number>>bit&1 == 1 {
			list = append(list, name)
		}
	}
	return fmt.Sprintf("%#x (%s)", uint32(i.Number), strings.Join(list, ", ")), nil
}

// dateOf is a date, and the field that it belongs to. A server that writes 1970 says that there was no such time.
func dateOf(to func(*custody.Object) *time.Time) func(*custody.Object, *ttlv.Item) (string, error) {
	return func(o *custody.Object, i *ttlv.Item) (string, error) {
		t, err := date(i)
		if err == nil && to != nil && t.Unix() != 0 {
			*to(o) = t
		}
		return t.Format(time.RFC3339), err
	}
}

// archived: that there is such a date says that the key is in the archive, whenever it came there.
func archived(o *custody.Object, i *ttlv.Item) (string, error) {
	text, err := dateOf(func(o *custody.Object) *time.Time { return &o.Archived })(o, i)
	if o.Archived.IsZero() {
		o.Archived = o.Said
	}
	return text, err
}

var revocations = []string{"unspecified", "key compromise", "CA compromise", "affiliation changed", "superseded", "cessation of operation", "privilege withdrawn"}

func revocation(o *custody.Object, i *ttlv.Item) (string, error) {
	code, err := must(i, 0x420082, ttlv.Enumeration)
	if err != nil {
		return "", err
	}
	text, err := words(revocations, nil)(o, code)
	if message, _ := i.One(0x420080, ttlv.TextString); err == nil && message != nil {
		said, err := kept(message)
		return text + ": " + said, err
	}
	return text, err
}

// pair is two texts of a structure.
func pair(first, second ttlv.Tag) func(*custody.Object, *ttlv.Item) (string, error) {
	return func(_ *custody.Object, i *ttlv.Item) (string, error) {
		a, err := one(i, first)
		if err != nil {
			return "", err
		}
		b, err := one(i, second)
		if custody.MayBeSecret(a) {
			b = "not read"
		}
		return a + ": " + b, err
	}
}

// location: the key lies elsewhere as well, or only there (KMIP 1.4, 3.43).
func location(o *custody.Object, i *ttlv.Item) (string, error) {
	where, err := one(i, 0x4200B9)
	if err == nil {
		o.Copies = append(o.Copies, where)
	}
	return where, err
}

// links say how a key stands to another (KMIP 2.0, 11.28), and what that is to the rules of package custody.
// Certificates and public keys open nothing.
var links = map[int64]struct {
	name string
	to   func(*custody.Object) *[]string
}{
	0x101: {"certificate", nil},
	0x102: {"public key", nil},
	0x103: {"private key", linked},
	0x104: {"derivation base", linked},
	0x105: {"derived", derived},
	0x106: {"replacement", linked},
	0x107: {"replaced", linked},
	0x108: {"parent", linked},
	0x109: {"child", derived},
	0x10A: {"previous", nil},
	0x10B: {"next", nil},
	0x10C: {"PKCS #12 certificate", nil},
	0x10D: {"PKCS #12 password", nil},
	0x10E: {"wrapping key", func(o *custody.Object) *[]string { return &o.WrappedBy }},
}

func linked(o *custody.Object) *[]string  { return &o.Linked }
func derived(o *custody.Object) *[]string { return &o.Derived }

func link(o *custody.Object, i *ttlv.Item) (string, error) {
	kind, err := must(i, tagLinkType, ttlv.Enumeration)
	if err != nil {
		return "", err
	}
	id, err := one(i, tagLinkedObject)
	if err != nil {
		return "", err
	}
	if id == "" {
		return "", errors.New("it leads to an object without a name")
	}
	l, ok := links[kind.Number]
	if !ok { // what it means is not known: it may lead to the key
		l.name, l.to = fmt.Sprintf("%#x", kind.Number), linked
	}
	if l.to != nil {
		*l.to(o) = append(*l.to(o), id)
	}
	return l.name + ": " + id, nil
}
