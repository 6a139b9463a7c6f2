package kmip

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net"
	"os"
	"time"

	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/custody/kmip/ttlv"
)

// Bounds of one conversation.
const (
	maxAnswer = 4 << 20          // bytes of an answer
	maxTotal  = 64 << 20         // bytes of all
	patience  = 30 * time.Second // for an answer, from the first byte asked to the last answered
)

// ciphers are Go's own, and the two of KMIP's profiles (Profiles 1.4, 3.2) that Go still knows and does not offer by itself: there
// are key servers with no others. What is read is no secret, and its integrity does not rest on what they are weak in.
func ciphers() (list []uint16) {
	for _, c := range tls.CipherSuites() {
		list = append(list, c.ID)
	}
	return append(list, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, tls.TLS_RSA_WITH_AES_128_CBC_SHA256)
}

// client is a conversation with a server.
type client struct {
	conn     *tls.Conn
	patience time.Duration
	version  version
	server   custody.Server
	answers  int64     // that came
	bytes    int64     // of them
	digest   hash.Hash // of them
}

func dial(ctx context.Context, o *Options) (*client, error) {
	c := &client{patience: o.patience, digest: sha256.New()}
	if c.patience == 0 {
		c.patience = patience
	}
	us, err := current(&o.Certificate)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", o.Address)
	if err != nil {
		return nil, told(err)
	}
	c.conn = tls.Client(raw, &tls.Config{RootCAs: o.Roots, ServerName: o.ServerName, MinVersion: tls.VersionTLS12, CipherSuites: ciphers(),
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &o.Certificate, nil }})
	if err := c.conn.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, told(err)
	}
	c.introduce(o)
	c.server.Client = us.Subject.String()
	return c, nil
}

// introduce notes who is there.
func (c *client) introduce(o *Options) {
	s := c.conn.ConnectionState()
	leaf := s.PeerCertificates[0] // it was verified: there is one
	c.server = custody.Server{Address: o.Address, TLS: tls.VersionName(s.Version) + " " + tls.CipherSuiteName(s.CipherSuite),
		Subject: leaf.Subject.String(), Issuer: leaf.Issuer.String(), Certificate: digest(leaf.Raw), ClientSHA256: digest(o.Certificate.Certificate[0])}
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// current gives the client's certificate; a server would refuse one for its time.
func current(c *tls.Certificate) (*x509.Certificate, error) {
	if len(c.Certificate) == 0 {
		return nil, errors.New("no certificate of the client is given")
	}
	leaf, err := x509.ParseCertificate(c.Certificate[0])
	if err != nil {
		return nil, fmt.Errorf("the certificate of the client: %w", err)
	}
	now := time.Now()
	if now.After(leaf.NotAfter) || now.Before(leaf.NotBefore) {
		return nil, fmt.Errorf("the certificate of the client holds from %s to %s, and not today", leaf.NotBefore.Format(time.DateOnly), leaf.NotAfter.Format(time.DateOnly))
	}
	return leaf, nil
}

// told says what is the matter with a connection, and what to do.
func told(err error) error {
	var (
		network  *net.OpError
		record   tls.RecordHeaderError
		foreign  x509.UnknownAuthorityError
		name     x509.HostnameError
		invalid  x509.CertificateInvalidError
		deadline = errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded)
	)
	say := func(what string) error { return fmt.Errorf("%s: %w", what, err) }
	switch {
	case deadline:
		return say("no whole answer came in time: is this the port of a KMIP server?")
	case errors.As(err, &network) && network.Op == "dial":
		return say("nobody answers there: is the server up, and the way to it free?")
	case errors.As(err, &network) && network.Op == "remote error": // so Go tells of an alert (crypto/tls, conn.go)
		return say("the server breaks off, as it does where it does not take the client's certificate (--cert) or finds no common cipher")
	case errors.As(err, &record):
		return say("it does not speak TLS: is this the port of a KMIP server?")
	case errors.As(err, &foreign):
		return say("the server's certificate is not by the authority given (--ca)")
	case errors.As(err, &name):
		return say("the server's certificate is for another name (--server-name, where it is reached by a tunnel)")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return say("the server's certificate does not hold today")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return say("the server ended the conversation: does it take the client's certificate (--cert)?")
	}
	return err
}

// exchange asks for one operation. It gives a *refusal where the server says no.
func (c *client) exchange(op operation, payload ...ttlv.Item) (*answer, error) {
	b, err := request(c.version, op, payload...)
	if err != nil {
		return nil, err
	}
	asked := time.Now().UTC()
	if err := c.conn.SetDeadline(asked.Add(c.patience)); err != nil {
		return nil, err
	}
	if _, err := c.conn.Write(b); err != nil {
		return nil, told(err)
	}
	m, raw, err := ttlv.Read(c.conn, tagResponseMessage, maxAnswer)
	if err != nil {
		return nil, told(err)
	}
	c.answers++
	c.bytes += int64(len(raw))
	c.digest.Write(raw)
	if c.bytes > maxTotal {
		return nil, fmt.Errorf("the server gave more than %d bytes: ask for fewer keys at once (--id)", maxTotal)
	}
	a, err := parseAnswer(m, op)
	if err == nil && c.server.Clock.IsZero() {
		c.server.Clock, c.server.Asked = a.clock, asked.Truncate(time.Second)
	}
	var no *refusal
	if err != nil && !errors.As(err, &no) {
		err = fmt.Errorf("the server's answer %d is not to be relied on: %w", c.answers, err)
	}
	return a, err
}

// refused gives the reason if a request was refused.
func refused(err error) (reason, bool) {
	var no *refusal
	if errors.As(err, &no) {
		return no.reason, true
	}
	return 0, false
}

// spoken are the versions of the protocol that are understood, the best first.
var spoken = []version{{2, 1}, {2, 0}, {1, 4}, {1, 3}, {1, 2}, {1, 1}, {1, 0}}

// agree finds the best version that both speak. Discover Versions came with KMIP 1.1, and a server may
// take it in a message of the versions only that it speaks itself.
func (c *client) agree() error {
	var ours []ttlv.Item
	for _, v := range spoken {
		ours = append(ours, v.item())
	}
	for _, v := range []version{{1, 1}, {2, 0}} {
		c.version = v
		a, err := c.exchange(discoverVersions, ours...)
		switch why, no := refused(err); {
		case err == nil:
			return c.choose(a.payload)
		case !no:
			return err
		case why != notSupported && why != invalidMessage && why != unsupportedVersion:
			return err
		}
	}
	c.version = version{1, 0}
	return nil
}

func (c *client) choose(payload *ttlv.Item) error {
	theirs := map[version]bool{}
	for _, i := range payload.All(tagProtocolVersion) {
		major, err := must(i, tagProtocolVersionMajor, ttlv.Integer)
		if err != nil {
			return err
		}
		minor, err := must(i, tagProtocolVersionMinor, ttlv.Integer)
		if err != nil {
			return err
		}
		theirs[version{int32(major.Number), int32(minor.Number)}] = true
	}
	for _, v := range spoken {
		if theirs[v] {
			c.version = v
			return nil
		}
	}
	return errors.New("the server speaks none of KMIP 1.0 to 2.1")
}

// ask notes what the server says of itself.
func (c *client) ask() error {
	const serverInformation = 3 // KMIP 1.4, 9.1.3.2.24
	a, err := c.exchange(query, ttlv.Enum(tagQueryFunction, serverInformation))
	c.server.Protocol = c.version.String()
	if why, no := refused(err); no && why == notSupported {
		return nil
	}
	if err != nil {
		return err
	}
	vendor, err := a.payload.One(tagVendorIdentification, ttlv.TextString)
	if err != nil || vendor == nil {
		return err
	}
	c.server.Vendor, err = kept(vendor)
	return err
}
