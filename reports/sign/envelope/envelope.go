// Package envelope puts a signature around a statement: a DSSE envelope
// (github.com/secure-systems-lab/dsse, protocol v1.0.2) around an in-toto Statement v1, by one
// identity. What a statement says is the matter of who makes it: packages sign (a report),
// countersign (a second person) and sealed (a folder) have a type each. Here is what those
// have in common: how files are pinned, and that there is one spelling.
//
// An envelope cannot pin itself, so [Decode] encodes again what it read and refuses what does
// not give the same bytes: no bit of it can change unnoticed.
package envelope

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"shokyo.dev/shokyo/reports/canonical"
	"shokyo.dev/shokyo/reports/sign/identity"
)

// What the envelope says of itself: in-toto Attestation Framework v1,
// "Envelope" and "Statement".
const (
	PayloadType   = "application/vnd.in-toto+json"
	StatementType = "https://in-toto.io/Statement/v1"
)

// MaxBytes is more than an envelope has: it is read before anything is known about it.
const MaxBytes = 1 << 20

// Subject is what a statement is about. The tree digest of a medium is no digest that in-toto
// knows, so its name says what it is and what it was taken over.
type Subject struct {
	Name   string `json:"name"`
	Digest Digest `json:"digest"`
}

// Digest of a subject: one of them, or for want of any none.
type Digest struct {
	SHA256       string `json:"sha256,omitempty"`
	Tree         string `json:"rfc6962-sha256-tree-of-medium,omitempty"`
	ExaminedTree string `json:"rfc6962-sha256-tree-of-examined-bytes,omitempty"`
}

// Pinned is a file that may not change.
type Pinned struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// Pin says what a file is.
func Pin(name string, b []byte) Pinned {
	sum := sha256.Sum256(b)
	return Pinned{name, hex.EncodeToString(sum[:]), int64(len(b))}
}

// signer and verifier fit an identity and a certificate to the dsse module.
// That module is lenient (either base64 alphabet, extra signatures skipped):
// Decode is strict before it lets it look.
type signer struct{ identity.Identity }

func (s signer) KeyID() (string, error) { return s.Facts().CertificateSHA256, nil }
func (s signer) Sign(_ context.Context, message []byte) ([]byte, error) {
	return s.Identity.Sign(message)
}

type verifier struct{ cert *x509.Certificate }

func (v verifier) KeyID() (string, error) {
	return identity.FactsOf(v.cert).CertificateSHA256, nil
}
func (v verifier) Public() crypto.PublicKey { return v.cert.PublicKey }
func (v verifier) Verify(_ context.Context, message, sig []byte) error {
	sum := sha256.Sum256(message)
	key, ok := v.cert.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() || !ecdsa.VerifyASN1(key, sum[:], sig) {
		return errors.New("the signature does not fit")
	}
	return nil
}

// Seal signs a statement: the bytes of an envelope.
func Seal(statement any, id identity.Identity) ([]byte, error) {
	es, err := dsse.NewEnvelopeSigner(signer{id})
	if err != nil {
		return nil, err
	}
	e, err := es.SignPayload(context.Background(), PayloadType, canonical.Compact(statement))
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return encode(e), nil
}

func encode(e *dsse.Envelope) []byte { return append(canonical.Compact(e), '\n') }

// Envelope is one that was decoded. The signature is not checked yet: Check does.
type Envelope struct {
	Payload []byte // the statement

	dsse *dsse.Envelope
}

// Decode decodes an envelope and refuses every spelling but the one that Seal writes.
func Decode(b []byte) (*Envelope, error) {
	if _, err := canonical.OneLine(b, canonical.Any); err != nil {
		return nil, err
	}
	e := new(dsse.Envelope)
	if err := json.Unmarshal(b, e); err != nil {
		return nil, err
	}
	if !bytes.Equal(encode(e), b) {
		return nil, errors.New("not in canonical form (layout, order or unknown fields)")
	}
	if e.PayloadType != PayloadType {
		return nil, fmt.Errorf("payload type %q is not %q", e.PayloadType, PayloadType)
	}
	if len(e.Signatures) != 1 {
		return nil, fmt.Errorf("%d signatures, one is wanted", len(e.Signatures))
	}
	if _, err := StrictBase64(e.Signatures[0].Sig); err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	payload, err := StrictBase64(e.Payload)
	if err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	line, err := canonical.OneLine(payload, canonical.Any)
	if err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	if !bytes.Equal(line, payload) {
		return nil, errors.New("payload: not in canonical form")
	}
	return &Envelope{payload, e}, nil
}

// StrictBase64 takes the standard alphabet with padding, no line ends and no
// stray bits in the last character.
func StrictBase64(s string) ([]byte, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err == nil && base64.StdEncoding.EncodeToString(b) != s {
		err = errors.New("base64 with line ends")
	}
	return b, err
}

// Check says whether cert's key signed the envelope.
func (e *Envelope) Check(cert *x509.Certificate) error {
	v := verifier{cert}
	// The module takes an empty key id for "any key": then somebody could empty it.
	if id, _ := v.KeyID(); e.dsse.Signatures[0].KeyID != id {
		return errors.New("the key id is not the digest of the certificate in the bundle")
	}
	ev, err := dsse.NewEnvelopeVerifier(v)
	if err != nil {
		return err
	}
	if _, err := ev.Verify(context.Background(), e.dsse); err != nil {
		return errors.New("the signature does not fit the certificate in the bundle")
	}
	return nil
}
