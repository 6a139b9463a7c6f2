// Package keyfile knows the beginnings of files that hold keys, certificates and passwords. (Keys that
// open a volume beside them are package keys'.)
//
// To add a kind, add a row to Formats and a parser that reads like the header does.
package keyfile

import (
	"bytes"
	"strings"

	"shokyo.dev/shokyo/scan/proof"
)

// Formats are keys, in the order in which they are tried.
var Formats = []proof.Format{
	proof.File("-----BEGIN ", pem, "pem-private-key", "openssh-private-key", "pem-certificate", "pem-public-key", "pgp-armored", "pgp-private-key"),
	proof.File("\x30\x82", der, "x509", "pkcs12", "der-private-key"),
	proof.File("\xfe\xed\xfe\xed", jks, "jks"),
	proof.File("\xce\xce\xce\xce", jks, "jks"),
	proof.File("\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", kdbx, "kdbx"),
}

// base64set is RFC 4648 §4, without padding.
var base64set = proof.NewCharset("A-Za-z0-9+/")

// pem is a block of PEM armour (RFC 7468): magic 88, label, and 32 characters of
// base 64, 2 bits each.
func pem(p *proof.Cursor) {
	kinds := []string{"pem-private-key", "pem-private-key", "pem-private-key", "pem-private-key", "pem-private-key",
		"openssh-private-key", "pem-certificate", "pem-certificate", "pem-certificate", "pem-public-key", "pem-certificate",
		"pgp-armored", "pgp-private-key", "pgp-armored", "pgp-armored"}
	names := []string{"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY",
		"OPENSSH PRIVATE KEY", "CERTIFICATE", "CERTIFICATE REQUEST", "X509 CRL", "PUBLIC KEY", "TRUSTED CERTIFICATE",
		"PGP MESSAGE", "PGP PRIVATE KEY BLOCK", "PGP PUBLIC KEY BLOCK", "PGP SIGNATURE"}
	var labels []string
	for _, n := range names {
		labels = append(labels, n+"-----")
	}
	i := p.OneOf(labels...)
	p.Kind, p.Keys = kinds[i], strings.Contains(names[i], "PRIVATE")
	p.Maybe("\r")
	p.Lit("\n")
	for n := 0; p.Alive() && n < 8; n++ { // fields before the body
		p.Alternatives(2)
		line, _, _ := bytes.Cut(p.Rest(), []byte("\n"))
		if len(bytes.TrimSpace(line)) > 0 && !bytes.Contains(line, []byte(":")) {
			break
		}
		p.Until('\n', 0, 200, proof.ASCIIText)
	}
	if p.Kind == "openssh-private-key" {
		p.Lit("b3BlbnNzaC1rZXktdjE")
	} else {
		p.Each(32, base64set)
	}
	p.Found("%s", names[i])
}

// pkcs8, pkcs1, pkcs12 and x509 in DER (X.690 §8): each length has two bytes,
// and an inner one has to fit into the outer.
func der(p *proof.Cursor) {
	outer := p.BE(2, 64, 1<<16-1)
	p.Alternatives(3)
	switch {
	case p.Ahead("\x02\x01\x03\x30"):
		p.Lit("\x02\x01\x03\x30")
		p.Kind, p.Keys = "pkcs12", true
		pkcs12(p)
	case p.Ahead("\x02\x01\x00"):
		p.Lit("\x02\x01\x00")
		p.Kind, p.Keys = "der-private-key", true
		if p.OneOf("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x04\x82", "\x02\x82") == 0 {
			p.BE(2, 32, outer)
			p.Lit("\x30\x82")
			p.BE(2, 32, outer)
			p.Lit("\x02\x01\x00")
			p.Found("PKCS #8 RSA key")
			return
		}
		length := p.BE(2, 65, 1025)
		p.Lit("\x00")
		p.Skip(int(length) - 1)
		p.Lit("\x02\x03\x01\x00\x01")
		p.Found("PKCS #1 RSA key of %d bits", 8*(length-1))
	default:
		p.Kind = "x509"
		p.Lit("\x30\x82")
		p.BE(2, 32, outer)
		p.Lit("\xa0\x03\x02\x01\x02\x02")
		p.Skip(int(p.U8(1, 21)))
		p.Lit("\x30")
		p.U8(10, 64)
		p.Lit("\x06")
		p.Found("X.509 certificate")
	}
}

// pkcs12 (RFC 7292 §4): the content type is data, 72 bits.
func pkcs12(p *proof.Cursor) {
	p.OneOf("\x82", "\x80")
	if p.Alive() && p.Bytes()[p.Pos()-1] == 0x82 {
		p.Skip(2)
	}
	p.Lit("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0")
	p.Found("PKCS #12")
}

// jks is a Java key store: magic 32, version 31, count 22, first tag 31, alias 8.
func jks(p *proof.Cursor) {
	p.BE(4, 1, 2)
	n := p.BE(4, 1, 1023)
	const certificate = 2 // what a store of certificates alone begins with
	p.Keys = p.BE(4, 1, 3) != certificate
	p.Each(int(p.BE(2, 1, 255)), proof.FileName)
	p.Found("Java key store, %d entries", n)
}

// kdbx (KeePass): magic 64, version 26, then header fields, 4 for each kind and
// the lengths they have.
func kdbx(p *proof.Cursor) {
	p.LE(2, 0, 15)
	version := p.LE(2, 3, 4)
	width := 2
	if version == 4 {
		width = 4
	}
	for n := 0; p.Alive() && n < 4; n++ {
		if p.U8(1, 12) == 0 {
			return
		}
		p.Skip(int(p.LE(width, 0, 255)))
	}
	p.Keys = true
	p.Found("KeePass %d", version)
}
