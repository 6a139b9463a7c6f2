package main

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"shokyo.dev/shokyo/custody"
	"shokyo.dev/shokyo/custody/kmip"
	"shokyo.dev/shokyo/custody/record"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/terminal"
)

// fetchFlags are those of keys fetch alone; it shares --cert, --case, --out and --clock-ahead.
type fetchFlags struct {
	ca, key, serverName string
	ids, names          []string
}

// kmipPort is the one that is registered for KMIP.
const kmipPort = "5696"

func (p *program) fetchKeys(f *keysFlags, operands []string) (int, error) {
	switch {
	case len(operands) != 1:
		return exitUsage, usagef("name one server: keys fetch kmip://HOST:%s", kmipPort)
	case f.fetch.ca == "" || f.cert == "" || f.fetch.key == "":
		return exitUsage, usagef("say who vouches for the server, and who asks: --ca FILE --cert FILE --key FILE")
	case f.out == "":
		return exitUsage, usagef("say where the evidence goes: --out KEYS")
	}
	o, err := f.server(operands[0])
	if err != nil {
		return exitUsage, usagef("%v", err)
	}
	if err := f.certificates(&o); err != nil {
		return exitFailed, err
	}
	name := "kmip://" + o.Address
	read, err := kmip.Fetch(p.ctx, o)
	if err != nil {
		return exitFailed, fmt.Errorf("ask %s: %w", name, err)
	}
	r := f.record()
	r.Sources = []record.Source{{Name: name, Format: read.Server.Protocol, SHA256: read.SHA256, Bytes: read.Bytes, Records: read.Answers, Unmapped: map[string]int64{}, Ahead: o.Ahead.Seconds(), Server: &read.Server}}
	r.Objects = read.Objects
	if err := p.seal(f, r); err != nil {
		return exitFailed, err
	}
	p.showServer(read)
	return exitOK, p.showImported(r, f.out)
}

// server reads the address.
func (f *keysFlags) server(operand string) (o kmip.Options, err error) {
	if strings.Contains(operand, "@") { // it is not quoted: there may be a password in it
		return o, fmt.Errorf("the address of the key server has an @: write kmip://HOST:%s; who asks is known by --cert", kmipPort)
	}
	u, err := url.Parse(operand)
	if err != nil || u.Scheme != "kmip" || u.Hostname() == "" || strings.Trim(u.Path, "/")+u.RawQuery+u.Fragment != "" {
		return o, fmt.Errorf("%.100q is no address of a key server: write kmip://HOST:%s", operand, kmipPort)
	}
	return kmip.Options{Address: net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), kmipPort)), ServerName: cmp.Or(f.fetch.serverName, u.Hostname()),
		IDs: f.fetch.ids, Names: f.fetch.names, Ahead: f.options.Ahead}, nil
}

// maxPEM is more than a chain of certificates has.
const maxPEM = 1 << 20

// certificates reads those of the authority and the client, and the client's key.
func (f *keysFlags) certificates(o *kmip.Options) error {
	ca, err := wholefile.Read(f.fetch.ca, maxPEM)
	if err != nil {
		return err
	}
	o.Roots = x509.NewCertPool()
	if !o.Roots.AppendCertsFromPEM(ca) {
		return fmt.Errorf("%s has no certificate in PEM", f.fetch.ca)
	}
	cert, err := wholefile.Read(f.cert, maxPEM)
	if err != nil {
		return err
	}
	key, err := wholefile.Read(f.fetch.key, maxPEM)
	if err != nil {
		return err
	}
	if bytes.Contains(key, []byte("ENCRYPTED")) {
		return fmt.Errorf("%s has a passphrase: write the key without one where only you can read it (openssl pkey)", f.fetch.key)
	}
	if o.Certificate, err = tls.X509KeyPair(cert, key); err != nil {
		return errors.New(f.cert + " and " + f.fetch.key + ": " + strings.TrimPrefix(err.Error(), "tls: "))
	}
	return nil
}

// showServer says who answered, and of how many keys it said less than what was asked.
func (p *program) showServer(read *kmip.Read) {
	s, say := &read.Server, func(t words.Text) { fmt.Fprintln(p.stderr, t.EN) }
	say(terminal.ServerOfKeys.Say(printable(cmp.Or(s.Vendor, "–")), s.Protocol, printable(s.Subject), s.Certificate))
	if s.Clock.IsZero() {
		say(terminal.ServerClockUnknown)
	} else if off := s.Clock.Sub(s.Asked); off.Abs() > time.Minute {
		say(terminal.ServerClockOff.Say(off.String()))
	}
	for _, o := range read.Objects {
		switch o.State {
		case custody.Absent:
			say(terminal.KeyNotFound.Say(printable(o.ID)))
		case custody.Unknown:
			say(terminal.KeyNotShown.Say(printable(o.ID)))
		}
	}
}
