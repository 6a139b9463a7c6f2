// Package kmip asks a key server what it knows of keys, by the Key Management Interoperability
// Protocol (OASIS, versions 1.0 to 2.1) over TLS. It never asks for a key: the operations that there are here only
// read what is said of one (request.go), and no message can be made of another.
//
// The server is a witness, not a friend. It is known by its certificate; what it sends is bounded in
// size, depth, number and time (ttlv, client.go) and refused whole where it does not hold; and what it
// says is kept as it says it (attributes.go), for package custody to judge. A key that it does not find is
// absent, which is less than destroyed: a server that forgets answers as one that never had it.
package kmip

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/custody/kmip/ttlv"
)

// MaxObjects is how many keys one fetch may bring.
const MaxObjects = 10_000

// Options say which server is asked for which keys: those of the ids and those that have the names, or all where neither is given.
type Options struct {
	Address     string // host and port
	ServerName  string // in its certificate
	Roots       *x509.CertPool
	Certificate tls.Certificate // of the client
	IDs, Names  []string
	Ahead       time.Duration // how much the server's clock is ahead, as stated
	Source      int           // number of the server among the sources

	patience, limit time.Duration // for one answer and for all, in tests
}

// Read is what a server said.
type Read struct {
	Server  custody.Server
	Objects []custody.Object
	Answers int64
	Bytes   int64  // of the answers
	SHA256  string // of them, one behind the other
}

// limit bounds a fetch, however many keys there are.
const limit = time.Hour

var errLimit = fmt.Errorf("the server did not answer all in %v: ask for fewer keys at once (--id)", limit)

// Fetch asks a server.
func Fetch(ctx context.Context, o Options) (*Read, error) {
	for _, name := range slices.Concat(o.IDs, o.Names) {
		if name == "" || len(name) > maxText {
			return nil, fmt.Errorf("a key is asked for by a name of %d bytes: 1 to %d are allowed", len(name), maxText)
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, cmp.Or(o.limit, limit), errLimit)
	defer cancel()
	c, err := dial(ctx, &o)
	if err != nil {
		return nil, err
	}
	defer c.conn.Close()
	defer context.AfterFunc(ctx, func() { c.conn.NetConn().Close() })()
	f := &fetch{client: c, o: &o, asked: map[string]bool{}}
	if err := f.all(); err != nil {
		return nil, cmp.Or(context.Cause(ctx), err)
	}
	return &Read{c.server, f.objects, c.answers, c.bytes, hex.EncodeToString(c.digest.Sum(nil))}, nil
}

// fetch is one conversation about keys.
type fetch struct {
	*client
	o       *Options
	objects []custody.Object
	asked   map[string]bool
}

func (f *fetch) all() error {
	if err := f.agree(); err != nil {
		return err
	}
	if err := f.ask(); err != nil {
		return err
	}
	if err := f.clock(); err != nil {
		return err
	}
	if err := f.follow(f.o.IDs); err != nil {
		return err
	}
	for _, name := range f.o.Names {
		if err := f.named(name); err != nil {
			return err
		}
	}
	if len(f.o.IDs)+len(f.o.Names) > 0 {
		return nil
	}
	ids, err := f.locate("")
	if err == nil && len(ids) == 0 {
		err = errors.New("the server shows this client no key: ask for those in question by --id, which is noted also where it does not find them")
	}
	if err != nil {
		return err
	}
	return f.follow(ids)
}

// agreeing is how far the server's clock may be off what was stated of it. The rules of package custody let as much pass.
const agreeing = 5 * time.Minute

// clock refuses a server whose clock is wrong and of which nobody said so: its dates would be wrong as much.
func (f *fetch) clock() error {
	s := &f.server
	if s.Clock.IsZero() {
		return nil
	}
	if off := s.Clock.Sub(s.Asked); (off - f.o.Ahead).Abs() > agreeing {
		return fmt.Errorf("the server's clock is %v ahead of this machine's: set the one that is wrong, or state it (--clock-ahead %v)", off, off)
	}
	return nil
}

// named asks for the keys that have a name. That none has it is noted, too.
func (f *fetch) named(name string) error {
	ids, err := f.locate(name)
	if err != nil {
		return err
	}
	if err := f.follow(ids); err != nil {
		return err
	}
	if !slices.ContainsFunc(f.objects, func(o custody.Object) bool { return slices.Contains(o.Names, name) }) {
		f.objects = append(f.objects, f.object(name, custody.Absent))
	}
	return nil
}

// storage are all the places where a server keeps objects: at hand, archived and, since KMIP 2.0, destroyed. Without it a server
// looks only at those at hand (KMIP 1.4, 4.9).
func (f *fetch) storage() ttlv.Item {
	if f.version.major >= 2 {
		return ttlv.Int(tagStorageStatusMask, 1|2|4)
	}
	return ttlv.Int(tagStorageStatusMask, 1|2)
}

// locate gives the keys with a name; without one, all.
func (f *fetch) locate(name string) (ids []string, err error) {
	payload := []ttlv.Item{f.storage()}
	value := []ttlv.Item{ttlv.Text(tagNameValue, name), ttlv.Enum(tagNameType, 1)} // 1: uninterpreted text
	switch {
	case name == "":
	case f.version.major >= 2:
		payload = append(payload, ttlv.Struct(tagAttributes, ttlv.Struct(tagName, value...)))
	default:
		payload = append(payload, ttlv.Struct(tagAttribute, ttlv.Text(tagAttributeName, "Name"), ttlv.Struct(tagAttributeValue, value...)))
	}
	a, err := f.exchange(locate, payload...)
	if why, no := refused(err); no && (why == itemNotFound || why == objectNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, i := range a.payload.All(tagUniqueIdentifier) {
		id, err := kept(i)
		if err != nil {
			return nil, fmt.Errorf("a name that the server gave: %w", err)
		}
		ids = append(ids, id)
	}
	total, err := a.payload.One(tagLocatedItems, ttlv.Integer)
	if err == nil && total != nil && total.Number != int64(len(ids)) {
		err = fmt.Errorf("the server says that it has %d such keys, and names %d: ask for them by --id", total.Number, len(ids))
	}
	return ids, err
}

// follow asks for keys, and for those by which they can be had: what they are wrapped by, and what they are linked to.
func (f *fetch) follow(ids []string) error {
	for queue := slices.Clone(ids); len(queue) > 0; queue = queue[1:] {
		id := queue[0]
		if f.asked[id] {
			continue
		}
		if len(f.asked) == MaxObjects {
			return fmt.Errorf("more than %d keys: ask for those in question (--id, --name)", MaxObjects)
		}
		f.asked[id] = true
		o, err := f.one(id)
		if err != nil {
			return fmt.Errorf("key %.80q: %w", id, err)
		}
		f.objects = append(f.objects, o)
		queue = append(append(queue, o.WrappedBy...), o.Linked...)
	}
	return nil
}

// object begins what is said of a key, now.
func (f *fetch) object(id string, s custody.State) custody.Object {
	return custody.Object{ID: id, State: s, Said: time.Now().UTC().Truncate(time.Millisecond), System: f.system(), AskedBy: f.server.Client, Place: custody.Place{Source: f.o.Source, At: fmt.Sprintf("answer %d", f.answers)}}
}

// system is the server by the name that its certificate vouches for: through a tunnel, all have one address.
func (f *fetch) system() string {
	_, port, _ := net.SplitHostPort(f.o.Address)
	return "kmip://" + net.JoinHostPort(f.o.ServerName, port)
}

// one asks for one key. A refusal says something, too.
func (f *fetch) one(id string) (custody.Object, error) {
	list, err := f.attributes(id)
	o := f.object(id, custody.Unknown)
	if why, no := refused(err); no {
		return o, f.unsaid(&o, why, err)
	}
	if err != nil {
		return o, err
	}
	missing, err := f.unshown(id, list)
	if err != nil {
		return o, err
	}
	if len(missing) > 0 {
		more, err := f.attributes(id, missing...)
		if _, no := refused(err); err != nil && !no {
			return o, err
		}
		list = append(list, more...)
	}
	if err := fill(&o, list); err != nil {
		return o, fmt.Errorf("the server's answer %d is not to be relied on: %w", f.answers, err)
	}
	for _, t := range []*time.Time{&o.Created, &o.Activated, &o.Revoked, &o.Destroyed, &o.Archived} {
		if !t.IsZero() {
			*t = t.Add(-f.o.Ahead)
		}
	}
	return o, nil
}

// unsaid is what a refusal says of a key; one that says nothing of it ends the conversation.
func (f *fetch) unsaid(o *custody.Object, why reason, err error) error {
	switch why {
	case itemNotFound, objectNotFound:
		o.State = custody.Absent
	case objectDestroyed:
		o.State = custody.Destroyed
	case objectArchived:
		o.Archived = o.Said
	case permissionDenied, notAuthorised:
	default:
		return err
	}
	o.Facts = []custody.Fact{{Name: "Result Reason", Value: why.String()}}
	return nil
}

// attributes asks for the named attributes of a key; without names, for all.
func (f *fetch) attributes(id string, names ...ttlv.Item) ([]attribute, error) {
	a, err := f.exchange(getAttributes, append([]ttlv.Item{ttlv.Text(tagUniqueIdentifier, id)}, names...)...)
	if err != nil {
		return nil, err
	}
	if err := about(a.payload, id); err != nil {
		return nil, err
	}
	return attributesOf(a.payload)
}

// about holds that an answer is about the key that was asked for.
func about(payload *ttlv.Item, id string) error {
	i, err := must(payload, tagUniqueIdentifier, ttlv.TextString)
	if err == nil && string(i.Bytes) != id {
		err = fmt.Errorf("the server answers about the key %.80q", i.Bytes)
	}
	return err
}

// unshown are the attributes that a key has by Get Attribute List and that were not among all: some servers show
// them only to who names them. They are named as the version of the protocol does it.
func (f *fetch) unshown(id string, shown []attribute) (out []ttlv.Item, err error) {
	a, err := f.exchange(getAttributeList, ttlv.Text(tagUniqueIdentifier, id))
	if _, no := refused(err); no {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := about(a.payload, id); err != nil {
		return nil, err
	}
	for _, k := range known {
		if slices.ContainsFunc(shown, func(a attribute) bool { return a.name == k.name }) {
			continue
		}
		if slices.ContainsFunc(a.payload.All(tagAttributeName), func(i *ttlv.Item) bool { return string(i.Bytes) == k.name }) {
			out = append(out, ttlv.Text(tagAttributeName, k.name))
		}
		if slices.ContainsFunc(a.payload.All(tagAttributeReference), func(i *ttlv.Item) bool { return i.Number == int64(k.tag) }) {
			out = append(out, ttlv.Enum(tagAttributeReference, uint32(k.tag)))
		}
	}
	return out, nil
}
