package kmip

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/custody/kmip/ttlv"
	"shokyo.dev/shokyo/internal/kmiptest"
)

// said is a whole answer of a server, with its clock.
func said(clock time.Time, items ...ttlv.Item) ttlv.Item {
	head := ttlv.Struct(tagResponseHeader, version{1, 4}.item(), ttlv.Item{Tag: tagTimeStamp, Type: ttlv.DateTime, Number: clock.Unix()}, ttlv.Int(tagBatchCount, int32(len(items))))
	return ttlv.Struct(tagResponseMessage, append([]ttlv.Item{head}, items...)...)
}

func yes(op operation, payload ...ttlv.Item) ttlv.Item {
	return ttlv.Struct(tagBatchItem, ttlv.Enum(tagOperation, uint32(op)), ttlv.Enum(tagResultStatus, 0), ttlv.Struct(tagResponsePayload, payload...))
}

func no(op operation, why reason) ttlv.Item {
	return ttlv.Struct(tagBatchItem, ttlv.Enum(tagOperation, uint32(op)), ttlv.Enum(tagResultStatus, 1), ttlv.Enum(tagResultReason, uint32(why)), ttlv.Text(tagResultMessage, "no"))
}

func attr(name string, value ttlv.Item) ttlv.Item {
	value.Tag = tagAttributeValue
	return ttlv.Struct(tagAttribute, ttlv.Text(tagAttributeName, name), value)
}

func at(t time.Time) ttlv.Item { return ttlv.Item{Type: ttlv.DateTime, Number: t.Unix()} }

// operationOf is what a request asks for, and of which key.
func operationOf(b []byte) (operation, string) {
	m, err := ttlv.Decode(b)
	if err != nil {
		return 0, err.Error()
	}
	item := m.All(tagBatchItem)[0]
	id := ""
	if i := item.All(tagRequestPayload)[0].All(tagUniqueIdentifier); len(i) > 0 {
		id = string(i[0].Bytes)
	}
	return operation(item.All(tagOperation)[0].Number), id
}

// honest answers as a server does that has the key "k", active, and others with what is given.
func honest(request []byte, attributes ...ttlv.Item) []byte {
	op, id := operationOf(request)
	now := time.Now()
	var m ttlv.Item
	switch op {
	case discoverVersions:
		m = said(now, yes(op, version{1, 4}.item()))
	case query:
		m = said(now, yes(op, ttlv.Text(tagVendorIdentification, "Liar")))
	case locate:
		m = said(now, yes(op, ttlv.Text(tagUniqueIdentifier, "k")))
	case getAttributes:
		m = said(now, yes(op, append([]ttlv.Item{ttlv.Text(tagUniqueIdentifier, id), attr("State", ttlv.Enum(0, 2))}, attributes...)...))
	default:
		m = said(now, no(op, notSupported))
	}
	return m.Append(nil)
}

// TestLies: each answer that cannot be relied on is refused, and said what is the matter with it.
func TestLies(t *testing.T) {
	a := kmiptest.NewAuthority(t)
	deep := ttlv.Struct(1)
	for range 20 {
		deep = ttlv.Struct(1, deep)
	}
	many := func(n int, i ttlv.Item) (out []ttlv.Item) {
		for range n {
			out = append(out, i)
		}
		return out
	}
	id := ttlv.Text(tagUniqueIdentifier, "k")
	now := time.Now()
	for name, x := range map[string]struct {
		op     operation // that is lied to
		answer ttlv.Item
		want   string
	}{
		"another key":             {getAttributes, said(now, yes(getAttributes, ttlv.Text(tagUniqueIdentifier, "k2"))), `the server answers about the key "k2"`},
		"a key without a name":    {getAttributes, said(now, yes(getAttributes)), "lacks what it has to have (420094)"},
		"a list of another key":   {getAttributeList, said(now, yes(getAttributeList, ttlv.Text(tagUniqueIdentifier, "k2"))), `the server answers about the key "k2"`},
		"another operation":       {getAttributes, said(now, yes(locate, id)), "it is to the operation 0x8, where Get Attributes was asked for"},
		"no operation":            {getAttributes, said(now, ttlv.Struct(tagBatchItem, ttlv.Enum(tagResultStatus, 0), ttlv.Struct(tagResponsePayload, id))), "does not say to which operation"},
		"no payload":              {getAttributes, said(now, ttlv.Struct(tagBatchItem, ttlv.Enum(tagOperation, 0x0B), ttlv.Enum(tagResultStatus, 0))), "it says nothing"},
		"pending":                 {getAttributes, said(now, ttlv.Struct(tagBatchItem, ttlv.Enum(tagOperation, 0x0B), ttlv.Enum(tagResultStatus, 2))), "it has the status 2"},
		"no status":               {getAttributes, said(now, ttlv.Struct(tagBatchItem, ttlv.Enum(tagOperation, 0x0B))), "lacks what it has to have (42007F)"},
		"two answers":             {getAttributes, said(now, yes(getAttributes, id), yes(getAttributes, id)), "it has 2 parts and states 2, where one was asked for"},
		"no answer":               {getAttributes, said(now), "it has 0 parts and states 0"},
		"no head":                 {getAttributes, ttlv.Struct(tagResponseMessage, yes(getAttributes, id)), "lacks what it has to have (42007A)"},
		"the state twice":         {getAttributes, said(now, yes(getAttributes, id, attr("State", ttlv.Enum(0, 2)), attr("State", ttlv.Enum(0, 5)))), `it has "State" twice`},
		"a state that is a text":  {getAttributes, said(now, yes(getAttributes, id, attr("State", ttlv.Text(0, "Destroyed")))), `"State": it is of the type 7`},
		"a date that is a number": {getAttributes, said(now, yes(getAttributes, id, attr("Destroy Date", ttlv.Int(0, 5)))), `"Destroy Date": the item 42000B is no date`},
		"the year 10000":          {getAttributes, said(now, yes(getAttributes, id, attr("Destroy Date", ttlv.Item{Type: ttlv.DateTime, Number: lastDate + 1}))), "a date that nothing has"},
		"before 1970":             {getAttributes, said(now, yes(getAttributes, id, attr("Initial Date", ttlv.Item{Type: ttlv.DateTime, Number: -1}))), "a date that nothing has"},
		"two values":              {getAttributes, said(now, yes(getAttributes, id, ttlv.Struct(tagAttribute, ttlv.Text(tagAttributeName, "State"), ttlv.Enum(tagAttributeValue, 2), ttlv.Enum(tagAttributeValue, 5)))), "an attribute with 2 values"},
		"a long name":             {getAttributes, said(now, yes(getAttributes, id, attr("Operation Policy Name", ttlv.Text(0, strings.Repeat("x", maxText+1))))), "it has 1025 bytes"},
		"many attributes":         {getAttributes, said(now, yes(getAttributes, append(many(maxFacts+1, attr("x-a", ttlv.Int(0, 1))), id)...)), "1001 attributes of one object"},
		"a link to nothing":       {getAttributes, said(now, yes(getAttributes, id, attr("Link", ttlv.Struct(0, ttlv.Enum(tagLinkType, 0x10E), ttlv.Text(tagLinkedObject, ""))))), "an object without a name"},
		"a link by number":        {getAttributes, said(now, yes(getAttributes, id, attr("Link", ttlv.Struct(0, ttlv.Enum(tagLinkType, 0x10E), ttlv.Int(tagLinkedObject, 7))))), "where 7 has to be"},
		"deep":                    {getAttributes, said(now, yes(getAttributes, id, deep)), "more than 16 deep"},
		"many items":              {getAttributes, said(now, yes(getAttributes, many(50_000, ttlv.Int(1, 1))...)), "more than 50000 items"},
		"other versions":          {discoverVersions, said(now, yes(discoverVersions, version{3, 0}.item())), "speaks none of KMIP 1.0 to 2.1"},
		"not for this client":     {discoverVersions, said(now, no(discoverVersions, notAuthenticated)), "authentication not successful"},
		"a clock ahead":           {discoverVersions, said(now.Add(210*time.Minute), yes(discoverVersions, version{1, 4}.item())), "the server's clock is 3h"},
		"a clock behind":          {discoverVersions, said(now.Add(-210*time.Minute), yes(discoverVersions, version{1, 4}.item())), "--clock-ahead -3h"},
		"a broken server":         {getAttributes, said(now, no(getAttributes, 0x100)), "the server refuses Get Attributes: reason 0x100"},
	} {
		address := kmiptest.Liar(a, func(_ int, request []byte) []byte {
			if op, _ := operationOf(request); op == x.op {
				return x.answer.Append(nil)
			}
			return honest(request)
		})
		o := options(a, address)
		o.IDs = []string{"k"}
		if r, err := Fetch(context.Background(), o); err == nil || !strings.Contains(err.Error(), x.want) || r != nil {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
}

// TestStreams: what comes is bounded, whatever is said to come and however slowly it does.
func TestStreams(t *testing.T) {
	a := kmiptest.NewAuthority(t)
	whole := said(time.Now(), yes(discoverVersions, version{1, 4}.item()))
	big := said(time.Now(), yes(getAttributes, ttlv.Text(tagUniqueIdentifier, "k"), ttlv.Item{Tag: 1, Type: ttlv.ByteString, Bytes: make([]byte, maxAnswer-400)}))
	for name, x := range map[string]struct {
		answer func(n int, request []byte) []byte
		want   string
	}{
		"huge":           {func(int, []byte) []byte { return []byte("\x42\x00\x7B\x01\xFF\xFF\xFF\xFF") }, "is said to have 4294967295 bytes"},
		"a byte more":    {func(int, []byte) []byte { return []byte("\x42\x00\x7B\x01\x00\x40\x00\x00") }, "more than the 4194304 that are allowed"},
		"no more comes":  {func(int, []byte) []byte { return whole.Append(nil)[:20] }, "no whole answer came in time"},
		"nothing comes":  {func(int, []byte) []byte { return []byte{} }, "no whole answer came in time"},
		"cut":            {func(int, []byte) []byte { return nil }, "the server ended the conversation"},
		"another tongue": {func(int, []byte) []byte { return []byte("HTTP/1.1 400 Bad Request\r\n\r\n") }, "not in KMIP's encoding"},
		"more and more": {func(n int, request []byte) []byte {
			if op, _ := operationOf(request); op == getAttributes {
				return big.Append(nil)
			}
			return honest(request)
		}, "the server gave more than 67108864 bytes"},
	} {
		o := options(a, kmiptest.Liar(a, x.answer))
		o.IDs = []string{"k"}
		if strings.Contains(x.want, "in time") {
			o.patience = 300 * time.Millisecond
		}
		if name == "more and more" {
			for range 2 * maxTotal / maxAnswer {
				o.IDs = append(o.IDs, strings.Repeat("k", len(o.IDs)+1))
			}
			big := x.answer
			o.Address = kmiptest.Liar(a, func(n int, request []byte) []byte {
				if op, id := operationOf(request); op == getAttributes { // the right key
					m := said(time.Now(), yes(op, ttlv.Text(tagUniqueIdentifier, id), ttlv.Item{Tag: 1, Type: ttlv.ByteString, Bytes: make([]byte, maxAnswer-400)}))
					return m.Append(nil)
				}
				return big(n, request)
			})
		}
		if r, err := Fetch(context.Background(), o); err == nil || !strings.Contains(err.Error(), x.want) || r != nil {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
}

// TestEndless: a server that leads from key to key for ever, or names more than may be, is left.
func TestEndless(t *testing.T) {
	a := kmiptest.NewAuthority(t)
	o := options(a, kmiptest.Liar(a, func(n int, request []byte) []byte {
		_, id := operationOf(request)
		return honest(request, attr("Link", ttlv.Struct(0, ttlv.Enum(tagLinkType, 0x10E), ttlv.Text(tagLinkedObject, id+"."))))
	}))
	o.IDs = []string{"k"}
	// Names grow by a letter each, up to maxText.
	if _, err := Fetch(context.Background(), o); err == nil || !strings.Contains(err.Error(), "it has 1025 bytes") {
		t.Error(err)
	}
	f := &fetch{client: new(client), o: &o, asked: map[string]bool{}}
	for i := range MaxObjects {
		f.asked[strings.Repeat("x", i)] = true
	}
	if err := f.follow([]string{"k"}); err == nil || !strings.Contains(err.Error(), "more than 10000 keys") {
		t.Error(err)
	}
	o.Address = kmiptest.Liar(a, func(n int, request []byte) []byte {
		if op, _ := operationOf(request); op == locate {
			m := said(time.Now(), yes(op, ttlv.Int(tagLocatedItems, 3), ttlv.Text(tagUniqueIdentifier, "k")))
			return m.Append(nil)
		}
		return honest(request)
	})
	o.IDs = nil
	if _, err := Fetch(context.Background(), o); err == nil || !strings.Contains(err.Error(), "it has 3 such keys, and names 1") {
		t.Error(err)
	}
}

// TestSaid: what servers say in other ways than by a state.
func TestSaid(t *testing.T) {
	a := kmiptest.NewAuthority(t)
	future := time.Now().Add(time.Hour)
	for name, x := range map[string]struct {
		answer func(id string) ttlv.Item // to Get Attributes; without a tag it is an attribute
		check  func(k custody.Object) bool
	}{
		"not found":      {func(string) ttlv.Item { return no(getAttributes, itemNotFound) }, func(k custody.Object) bool { return k.State == custody.Absent }},
		"not found 2":    {func(string) ttlv.Item { return no(getAttributes, objectNotFound) }, func(k custody.Object) bool { return k.State == custody.Absent }},
		"destroyed":      {func(string) ttlv.Item { return no(getAttributes, objectDestroyed) }, func(k custody.Object) bool { return k.State == custody.Destroyed && k.Destroyed.IsZero() }},
		"in the archive": {func(string) ttlv.Item { return no(getAttributes, objectArchived) }, func(k custody.Object) bool { return k.State == custody.Unknown && !k.Archived.IsZero() }},
		"not to be seen": {func(string) ttlv.Item { return no(getAttributes, permissionDenied) }, func(k custody.Object) bool {
			return k.State == custody.Unknown && fact(k, "Result Reason") == "permission denied"
		}},
		"a state of its own": {func(string) ttlv.Item { return attr("State", ttlv.Enum(0, 0x80000001)) }, func(k custody.Object) bool {
			return k.State == custody.Unknown && strings.Contains(fact(k, "State"), "0x80000001")
		}},
		"destroyed, exposed": {func(string) ttlv.Item { return attr("State", ttlv.Enum(0, 6)) }, func(k custody.Object) bool { return k.State == custody.DestroyedCompromised }},
		"exposed":            {func(string) ttlv.Item { return attr("State", ttlv.Enum(0, 4)) }, func(k custody.Object) bool { return k.State == custody.Compromised }},
		"time to come":       {func(string) ttlv.Item { return attr("Destroy Date", at(future)) }, func(k custody.Object) bool { return k.Destroyed.Unix() == future.Unix() }},
		"no time":            {func(string) ttlv.Item { return attr("Destroy Date", at(time.Unix(0, 0))) }, func(k custody.Object) bool { return k.Destroyed.IsZero() }},
		"archived, no time":  {func(string) ttlv.Item { return attr("Archive Date", at(time.Unix(0, 0))) }, func(k custody.Object) bool { return k.Archived.Equal(k.Said) }},
		"an unknown link": {func(string) ttlv.Item {
			return attr("Link", ttlv.Struct(0, ttlv.Enum(tagLinkType, 0x1FF), ttlv.Text(tagLinkedObject, "k2")))
		}, func(k custody.Object) bool { return len(k.Linked) == 1 }},
		"elsewhere": {func(string) ttlv.Item {
			return attr("Key Value Location", ttlv.Struct(0, ttlv.Text(0x4200B9, "HSM 2")))
		}, func(k custody.Object) bool { return len(k.Copies) == 1 && k.Copies[0] == "HSM 2" }},
		"a vendor's bytes": {func(string) ttlv.Item {
			return attr("x-blob", ttlv.Item{Type: ttlv.ByteString, Bytes: []byte("hunter2")})
		}, func(k custody.Object) bool { return fact(k, "x-blob") == "not read: it is of the type 8" }},
		"a vendor's secret": {func(string) ttlv.Item { return attr("y-Key Material", ttlv.Text(0, "hunter2")) }, func(k custody.Object) bool { return len(k.Facts) == 0 }},
		"something else":    {func(string) ttlv.Item { return attr("Digest", ttlv.Struct(0)) }, func(k custody.Object) bool { return len(k.Facts) == 0 }},
		"an application": {func(string) ttlv.Item {
			return attr("Application Specific Information", ttlv.Struct(0, ttlv.Text(0x420003, "lun"), ttlv.Text(0x420002, "7")))
		}, func(k custody.Object) bool { return fact(k, "Application Specific Information") == "lun: 7" }},
		"an application's": {func(string) ttlv.Item {
			return attr("Application Specific Information", ttlv.Struct(0, ttlv.Text(0x420003, "password"), ttlv.Text(0x420002, "7")))
		}, func(k custody.Object) bool {
			return fact(k, "Application Specific Information") == "password: not read"
		}},
		"never to be got out": {func(string) ttlv.Item { return attr("Never Extractable", ttlv.Item{Type: ttlv.Boolean, Number: 1}) }, func(k custody.Object) bool { return fact(k, "Never Extractable") == "true" }},
	} {
		o := options(a, kmiptest.Liar(a, func(_ int, request []byte) []byte {
			op, id := operationOf(request)
			if op != getAttributes || id != "k" {
				return honest(request)
			}
			i := x.answer(id)
			if i.Tag == tagAttribute {
				i = yes(op, ttlv.Text(tagUniqueIdentifier, id), i)
			}
			m := said(time.Now(), i)
			return m.Append(nil)
		}))
		o.IDs = []string{"k"}
		r, err := Fetch(context.Background(), o)
		if err != nil || !x.check(r.Objects[0]) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

// TestVersions: a server of the first version does not know Discover Versions, and one of the second not the first.
func TestVersions(t *testing.T) {
	a := kmiptest.NewAuthority(t)
	for want, answer := range map[version]func(n int) ttlv.Item{
		{1, 0}: func(int) ttlv.Item { return no(discoverVersions, notSupported) },
		{2, 0}: func(n int) ttlv.Item {
			if n == 0 {
				return no(discoverVersions, unsupportedVersion)
			}
			return yes(discoverVersions, version{1, 4}.item(), version{3, 1}.item(), version{2, 0}.item())
		},
	} {
		o := options(a, kmiptest.Liar(a, func(n int, request []byte) []byte {
			if op, _ := operationOf(request); op == discoverVersions {
				m := said(time.Now(), answer(n))
				return m.Append(nil)
			}
			return honest(request)
		}))
		o.IDs = []string{"k"}
		if r := fetchAll(t, o); r.Server.Protocol != want.String() {
			t.Errorf("%s, want %v", r.Server.Protocol, want)
		}
	}
}

// TestOldServers: key servers that have only the cipher suites that KMIP's profiles want are talked to.
func TestOldServers(t *testing.T) {
	a := kmiptest.NewAuthority(t)
	a.RSA("server", x509.ExtKeyUsageServerAuth)
	for _, suite := range []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256} {
		o := options(a, kmiptest.Liar(a, func(_ int, request []byte) []byte { return honest(request) }, suite))
		o.IDs = []string{"k"}
		if r := fetchAll(t, o); r.Server.TLS != "TLS 1.2 "+tls.CipherSuiteName(suite) {
			t.Error(r.Server.TLS)
		}
	}
}

// TestConnection: whatever is the matter with a connection is said.
func TestConnection(t *testing.T) {
	a, b := kmiptest.NewAuthority(t), kmiptest.NewAuthority(t)
	a.Issue("old", x509.ExtKeyUsageClientAuth, -time.Minute)
	a.Issue("wrong", x509.ExtKeyUsageServerAuth, time.Hour)
	s := kmiptest.New(a)
	s.Set("k")
	late := kmiptest.NewAuthority(t)
	late.Issue("server", x509.ExtKeyUsageServerAuth, -time.Minute)
	down, _ := net.Listen("tcp", "127.0.0.1:0")
	down.Close()
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	pool := x509.NewCertPool()
	pool.AddCert(secure.Certificate())
	with := func(address string, change func(o *Options)) Options {
		o := options(a, address)
		o.IDs = []string{"k"}
		if change != nil {
			change(&o)
		}
		return o
	}
	for name, x := range map[string]struct {
		o    Options
		want string
	}{
		"another authority":       {with(s.Address, func(o *Options) { o.Roots = b.Pool() }), "not by the authority given (--ca)"},
		"another's client":        {with(s.Address, func(o *Options) { o.Certificate = b.Pair("client") }), "(--cert)"},
		"no certificate":          {with(s.Address, func(o *Options) { o.Certificate = tls.Certificate{} }), "no certificate of the client is given"},
		"a server's certificate":  {with(s.Address, func(o *Options) { o.Certificate = a.Pair("wrong") }), "(--cert)"},
		"an old certificate":      {with(s.Address, func(o *Options) { o.Certificate = a.Pair("old") }), "the certificate of the client holds from"},
		"another name":            {with(s.Address, func(o *Options) { o.ServerName = "kms.example" }), "is for another name (--server-name"},
		"a server's time is over": {with(kmiptest.Liar(late, nil), func(o *Options) { o.Roots = late.Pool() }), "the server's certificate does not hold today"},
		"nobody there":            {with(down.Addr().String(), nil), "connection refused"},
		"no TLS":                  {with(web.Listener.Addr().String(), nil), "does not speak TLS"},
		"a web server":            {with(secure.Listener.Addr().String(), func(o *Options) { o.Roots, o.patience = pool, 300*time.Millisecond }), "is this the port of a KMIP server?"},
		"an empty name":           {with(s.Address, func(o *Options) { o.IDs = []string{""} }), "by a name of 0 bytes"},
	} {
		if r, err := Fetch(context.Background(), x.o); err == nil || !strings.Contains(err.Error(), x.want) || r != nil {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
	slow := with(kmiptest.Liar(a, func(int, []byte) []byte { return []byte{} }), func(o *Options) { o.limit = 300 * time.Millisecond })
	if _, err := Fetch(context.Background(), slow); !errors.Is(err, errLimit) {
		t.Error(err)
	}
	stopped, cancel := context.WithCancel(context.Background())
	o := options(a, kmiptest.Liar(a, func(int, []byte) []byte { cancel(); return []byte{} }))
	if _, err := Fetch(stopped, o); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// FuzzAnswer: whatever a server sends, it is refused or kept within bounds.
func FuzzAnswer(f *testing.F) {
	id := ttlv.Text(tagUniqueIdentifier, "k")
	for _, i := range []ttlv.Item{
		yes(getAttributes, id, attr("State", ttlv.Enum(0, 5)), attr("Destroy Date", at(day(1))), attr("Name", ttlv.Struct(0, ttlv.Text(tagNameValue, "n")))),
		yes(getAttributes, id, attr("Link", ttlv.Struct(0, ttlv.Enum(tagLinkType, 0x108), ttlv.Text(tagLinkedObject, "p"))), attr("x-a", ttlv.Int(0, 1))),
		yes(getAttributes, id, ttlv.Struct(tagAttributes, ttlv.Enum(0x42008D, 2), ttlv.Int(0x42002C, 12), ttlv.Struct(0x420081, ttlv.Enum(0x420082, 6)))),
		no(getAttributes, itemNotFound),
	} {
		m := said(day(1), i)
		f.Add(m.Append(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ttlv.Decode(b)
		if err != nil {
			return
		}
		a, err := parseAnswer(m, getAttributes)
		if err != nil {
			return
		}
		list, err := attributesOf(a.payload)
		if err != nil {
			return
		}
		k := custody.Object{ID: "k", Said: day(2)}
		if fill(&k, list) != nil {
			return
		}
		if len(k.Facts) > len(list) || k.Destroyed.Year() > 9999 {
			t.Errorf("%+v", k)
		}
	})
}
