//go:build cgo

// Shokyo-pkcs11 has a hardware token sign for shokyo: it reads a [token.Request] from standard
// input and writes a [token.Answer] to standard output. It is a program of its own because it
// loads the token's driver, a C library (PKCS #11 v2.40), which shokyo itself must not.
//
//	CGO_ENABLED=1 go build ./cmd/shokyo-pkcs11
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"

	"github.com/miekg/pkcs11"

	"shokyo.dev/shokyo/reports/sign/token"
)

func main() {
	a, err := answer(os.Stdin)
	if err != nil {
		a = &token.Answer{Error: err.Error()}
	}
	if json.NewEncoder(os.Stdout).Encode(a) != nil || err != nil {
		os.Exit(1)
	}
}

// maxRequest is more than a request has.
const maxRequest = 64 << 10

func answer(in io.Reader) (*token.Answer, error) {
	var q token.Request
	if err := json.NewDecoder(io.LimitReader(in, maxRequest)).Decode(&q); err != nil {
		return nil, fmt.Errorf("shokyo runs this program, and asks it on standard input: %w", err)
	}
	u, err := token.ParseURI(q.URI)
	if err != nil {
		return nil, err
	}
	driver := pkcs11.New(u.Module)
	if driver == nil {
		return nil, fmt.Errorf("the driver %s cannot be loaded", u.Module)
	}
	defer driver.Destroy()
	if err := driver.Initialize(); err != nil {
		return nil, fmt.Errorf("start the driver: %w", err)
	}
	defer driver.Finalize()
	s := &session{driver: driver, uri: u, pin: q.PIN}
	if err := s.open(); err != nil {
		return nil, err
	}
	defer driver.CloseSession(s.handle)
	return s.answer(q.Digest)
}

// session is one with a token that has the key.
type session struct {
	driver *pkcs11.Ctx
	uri    token.URI
	pin    string
	handle pkcs11.SessionHandle
}

func (s *session) open() error {
	slot, err := s.slot()
	if err != nil {
		return err
	}
	if s.handle, err = s.driver.OpenSession(slot, pkcs11.CKF_SERIAL_SESSION); err != nil {
		return fmt.Errorf("open the token: %w", err)
	}
	return said(s.driver.Login(s.handle, pkcs11.CKU_USER, s.pin))
}

// pins are what is wrong with a PIN.
var pins = map[pkcs11.Error]error{
	pkcs11.CKR_PIN_INCORRECT: errors.New("wrong PIN (a token locks itself after a few)"),
	pkcs11.CKR_PIN_LEN_RANGE: errors.New("wrong PIN (a token locks itself after a few): it has another length"),
	pkcs11.CKR_PIN_LOCKED:    errors.New("the PIN is locked: too many were wrong"),
	pkcs11.CKR_PIN_EXPIRED:   errors.New("the PIN has expired: set another"),
}

func said(err error) error {
	var code pkcs11.Error
	if errors.As(err, &code) && pins[code] != nil {
		return pins[code]
	}
	if err != nil {
		return fmt.Errorf("log in to the token: %w", err)
	}
	return nil
}

// slot finds the one token that the address names.
func (s *session) slot() (found uint, err error) {
	slots, err := s.driver.GetSlotList(true)
	if err != nil {
		return 0, fmt.Errorf("list the tokens: %w", err)
	}
	n := 0
	for _, slot := range slots {
		info, err := s.driver.GetTokenInfo(slot)
		u := &s.uri
		if err != nil || u.Token != "" && info.Label != u.Token || u.Serial != "" && info.SerialNumber != u.Serial || u.HasSlot && slot != u.Slot {
			continue
		}
		found, n = slot, n+1
	}
	if n != 1 {
		return 0, fmt.Errorf("%d of the %d tokens that are there are the one of the address: it must name one", n, len(slots))
	}
	return found, nil
}

// object finds the one key of a class that the address names.
func (s *session) object(class uint) (pkcs11.ObjectHandle, error) {
	want := []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_CLASS, class), pkcs11.NewAttribute(pkcs11.CKA_KEY_TYPE, pkcs11.CKK_EC)}
	if s.uri.Object != "" {
		want = append(want, pkcs11.NewAttribute(pkcs11.CKA_LABEL, s.uri.Object))
	}
	if s.uri.ID != "" {
		want = append(want, pkcs11.NewAttribute(pkcs11.CKA_ID, []byte(s.uri.ID)))
	}
	if err := s.driver.FindObjectsInit(s.handle, want); err != nil {
		return 0, fmt.Errorf("look for the key: %w", err)
	}
	list, _, err := s.driver.FindObjects(s.handle, 2)
	if err := errors.Join(err, s.driver.FindObjectsFinal(s.handle)); err != nil {
		return 0, fmt.Errorf("look for the key: %w", err)
	}
	if len(list) != 1 {
		return 0, fmt.Errorf("%d elliptic keys or more in the token are the one of the address: it must name one", len(list))
	}
	return list[0], nil
}

func (s *session) answer(digest []byte) (*token.Answer, error) {
	public, err := s.public()
	if err != nil || len(digest) == 0 {
		return &token.Answer{Public: public}, err
	}
	signature, err := s.sign(digest)
	return &token.Answer{Public: public, Signature: signature}, err
}

// oidP256 is prime256v1 (RFC 5480 section 2.1.1.1).
var oidP256 = asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}

// public reads the public key: its curve, and its point as an OCTET STRING around the form of SEC 1
// (PKCS #11 v2.40, section 2.3.3 of the mechanisms).
func (s *session) public() ([]byte, error) {
	o, err := s.object(pkcs11.CKO_PUBLIC_KEY)
	if err != nil {
		return nil, err
	}
	got, err := s.driver.GetAttributeValue(s.handle, o, []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_EC_PARAMS, nil), pkcs11.NewAttribute(pkcs11.CKA_EC_POINT, nil)})
	if err != nil {
		return nil, fmt.Errorf("read the public key: %w", err)
	}
	var curve asn1.ObjectIdentifier
	var point []byte
	if _, err := asn1.Unmarshal(got[0].Value, &curve); err != nil || !curve.Equal(oidP256) {
		return nil, errors.New("the key is not on the curve P-256")
	}
	if _, err := asn1.Unmarshal(got[1].Value, &point); err != nil {
		point = got[1].Value // some drivers leave the wrapping out
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return nil, fmt.Errorf("read the public key: %w", err)
	}
	return x509.MarshalPKIXPublicKey(key)
}

// sign gives the signature in the form of X9.62; a token has r and s side by side.
func (s *session) sign(digest []byte) ([]byte, error) {
	o, err := s.object(pkcs11.CKO_PRIVATE_KEY)
	if err != nil {
		return nil, err
	}
	if err := s.driver.SignInit(s.handle, []*pkcs11.Mechanism{pkcs11.NewMechanism(pkcs11.CKM_ECDSA, nil)}, o); err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	if always, err := s.driver.GetAttributeValue(s.handle, o, []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_ALWAYS_AUTHENTICATE, nil)}); err == nil && len(always) == 1 && len(always[0].Value) == 1 && always[0].Value[0] == 1 {
		if err := said(s.driver.Login(s.handle, pkcs11.CKU_CONTEXT_SPECIFIC, s.pin)); err != nil {
			return nil, err
		}
	}
	b, err := s.driver.Sign(s.handle, digest)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	if len(b) != 64 {
		return nil, fmt.Errorf("the signature has %d bytes, and 64 are one by a P-256 key", len(b))
	}
	return asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(b[:32]), new(big.Int).SetBytes(b[32:])})
}
