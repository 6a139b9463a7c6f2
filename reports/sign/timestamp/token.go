// Package timestamp asks an authority to confirm when a signature was there, and reads what
// it answers: the Time-Stamp Protocol, RFC 3161. Nothing an authority says is taken on
// trust: [Request.Accept] wants the answer to be for this digest, this nonce and this
// policy; [Open] wants the token to be signed by the certificate in it, which may do
// nothing else than sign timestamps. Whether that certificate is anybody's concern,
// [Token.Chain] says, against certificates that the caller trusts.
//
// request.go asks, fetch.go carries it over HTTP, this file reads tokens.
package timestamp

import (
	"bytes"
	"crypto"
	"crypto/sha1"
	"crypto/sha256"
	_ "crypto/sha512" // the digests of [digests]
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"shokyo.dev/shokyo/reports/sign/cms"
)

// Object identifiers: RFC 5652, RFC 3161 section 2.4.2, RFC 5035, RFC 5280 section 4.2.1.12.
var (
	oidTSTInfo     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidSigningCert = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidExtKeyUsage = asn1.ObjectIdentifier{2, 5, 29, 37}
)

// MaxToken is more than a token has with the certificates of its authority.
const MaxToken = 16 << 10

// Token is a timestamp whose signature holds.
type Token struct {
	Time        time.Time
	Digest      [32]byte // SHA-256 of what was there at that time
	Policy      asn1.ObjectIdentifier
	Nonce       *big.Int          // nil: none
	Authority   *x509.Certificate // whose key signed
	Rooted      bool              // the certificates in it go up to one that signed itself
	DER         []byte
	authorities []*x509.Certificate // the others in it
}

// RFC 5652 section 5.
type signedData struct {
	Version      int
	Digests      []pkix.AlgorithmIdentifier `asn1:"set"`
	Content      encapsulated
	Certificates asn1.RawValue `asn1:"optional,tag:0"`
	CRLs         asn1.RawValue `asn1:"optional,tag:1"`
	Signers      []signerInfo  `asn1:"set"`
}

type encapsulated struct {
	Type    asn1.ObjectIdentifier
	Content []byte `asn1:"explicit,tag:0"`
}

type signerInfo struct {
	Version            int
	Signer             asn1.RawValue
	DigestAlgorithm    pkix.AlgorithmIdentifier
	SignedAttributes   asn1.RawValue `asn1:"tag:0"`
	SignatureAlgorithm pkix.AlgorithmIdentifier
	Signature          []byte
	Unsigned           asn1.RawValue `asn1:"optional,tag:1"`
}

// RFC 3161 section 2.4.2.
type tstInfo struct {
	Version    int
	Policy     asn1.ObjectIdentifier
	Imprint    messageImprint
	Serial     *big.Int
	Time       time.Time     `asn1:"generalized"`
	Accuracy   accuracy      `asn1:"optional"`
	Ordering   bool          `asn1:"optional"`
	Nonce      *big.Int      `asn1:"optional"`
	TSA        asn1.RawValue `asn1:"optional,tag:0"`
	Extensions asn1.RawValue `asn1:"optional,tag:1"`
}

type messageImprint struct {
	Algorithm pkix.AlgorithmIdentifier
	Digest    []byte
}

type accuracy struct {
	Seconds int `asn1:"optional"`
	Millis  int `asn1:"optional,tag:0"`
	Micros  int `asn1:"optional,tag:1"`
}

var errForm = errors.New("not an RFC 3161 timestamp")

// whole decodes DER with nothing behind it.
func whole(der []byte, into any) error {
	if rest, err := asn1.Unmarshal(der, into); err != nil || len(rest) > 0 {
		return errForm
	}
	return nil
}

// Open reads a token and checks its signature.
func Open(der []byte) (*Token, error) {
	if len(der) > MaxToken {
		return nil, fmt.Errorf("the timestamp has %d bytes, at most %d can be", len(der), MaxToken)
	}
	var info cms.ContentInfo
	var data signedData
	if err := whole(der, &info); err != nil || !info.Type.Equal(cms.SignedData) {
		return nil, errForm
	}
	if err := whole(info.Content.Bytes, &data); err != nil || len(data.Signers) != 1 || !data.Content.Type.Equal(oidTSTInfo) {
		return nil, errForm
	}
	certs, err := x509.ParseCertificates(data.Certificates.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the certificates in the timestamp: %w", err)
	}
	t, err := newToken(data.Content.Content)
	if err != nil {
		return nil, err
	}
	t.DER = der
	if t.Authority, err = data.Signers[0].verify(data.Content.Content, certs); err != nil {
		return nil, err
	}
	t.authorities = slices.DeleteFunc(certs, t.Authority.Equal)
	if err := data.nothingLoose(t, der); err != nil {
		return nil, err
	}
	return t, mayTimestamp(t.Authority, t.Time)
}

// nothingLoose looks at what the signature is not over. It must follow from what it is over,
// so that no bit of a token can be otherwise: lists of revoked certificates and attributes
// that nobody signed are refused, and each certificate must have issued another one.
func (d *signedData) nothingLoose(t *Token, der []byte) error {
	s := &d.Signers[0]
	serial, err := asn1.Marshal(struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}{asn1.RawValue{FullBytes: t.Authority.RawIssuer}, t.Authority.SerialNumber})
	plain := func(id pkix.AlgorithmIdentifier) bool {
		p := id.Parameters.FullBytes
		return len(p) == 0 || bytes.Equal(p, asn1.NullBytes)
	}
	switch {
	case !d.Certificates.IsCompound || !s.SignedAttributes.IsCompound:
		return errForm
	case len(d.CRLs.FullBytes) > 0 || len(s.Unsigned.FullBytes) > 0:
		return errors.New("the timestamp has parts that nobody signed")
	case err != nil || d.Version != 3 || s.Version != 1 || !bytes.Equal(s.Signer.FullBytes, serial):
		return errors.New("the timestamp names its signer in another way than by issuer and number")
	case len(d.Digests) != 1 || !d.Digests[0].Algorithm.Equal(s.DigestAlgorithm.Algorithm) || !plain(d.Digests[0]) || !plain(s.DigestAlgorithm) || !plain(s.SignatureAlgorithm):
		return errors.New("the timestamp has algorithms with parameters, or several")
	}
	inside, err := asn1.Marshal(*d)
	if err != nil {
		return errForm
	}
	again, err := asn1.Marshal(cms.ContentInfo{Type: cms.SignedData, Content: asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: inside}})
	if err != nil || !bytes.Equal(again, der) {
		return errForm
	}
	return t.chained()
}

// chained says whether each certificate in the token has issued the one before it, from the
// authority's on: what else lies in it nobody vouches for. The last one may be from one that
// is not in it; then only [Token.Chain] can tell.
func (t *Token) chained() error {
	last, left := t.Authority, slices.Clone(t.authorities)
	for len(left) > 0 {
		i := slices.IndexFunc(left, func(c *x509.Certificate) bool { return issued(c, last) })
		if i < 0 {
			return errors.New("the timestamp has a certificate in it that its signer's does not come from")
		}
		last = left[i]
		left = slices.Delete(left, i, i+1)
	}
	t.Rooted = issued(last, last)
	if bytes.Equal(last.RawIssuer, last.RawSubject) && !t.Rooted {
		return errors.New("the timestamp has a damaged certificate in it")
	}
	return nil
}

func newToken(content []byte) (*Token, error) {
	var info tstInfo
	if err := whole(content, &info); err != nil || info.Version != 1 {
		return nil, errForm
	}
	if !info.Imprint.Algorithm.Algorithm.Equal(cms.SHA256) || len(info.Imprint.Digest) != sha256.Size {
		return nil, errors.New("the timestamp is of another digest than SHA-256")
	}
	return &Token{Time: info.Time.UTC(), Digest: [32]byte(info.Imprint.Digest), Policy: info.Policy, Nonce: info.Nonce}, nil
}

func issued(by, c *x509.Certificate) bool {
	return bytes.Equal(c.RawIssuer, by.RawSubject) && c.CheckSignatureFrom(by) == nil
}

// algorithm is how authorities sign; those that sign otherwise are refused by name.
type algorithm struct {
	signature asn1.ObjectIdentifier
	digest    crypto.Hash
	is        x509.SignatureAlgorithm
}

// digests by their identifiers: RFC 5754 section 2.
var digests = []struct {
	oid  asn1.ObjectIdentifier
	hash crypto.Hash
}{
	{cms.SHA256, crypto.SHA256},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, crypto.SHA384},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, crypto.SHA512},
}

// algorithms: RFC 5754 section 3. rsaEncryption goes with any digest.
var algorithms = func() (list []algorithm) {
	rsa := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	pkcs1, ecdsa := rsa[:6:6], asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3}
	for i, hash := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		withRSA := []x509.SignatureAlgorithm{x509.SHA256WithRSA, x509.SHA384WithRSA, x509.SHA512WithRSA}[i]
		withECDSA := []x509.SignatureAlgorithm{x509.ECDSAWithSHA256, x509.ECDSAWithSHA384, x509.ECDSAWithSHA512}[i]
		list = append(list, algorithm{rsa, hash, withRSA},
			algorithm{append(slices.Clone(pkcs1), 11+i), hash, withRSA},
			algorithm{append(slices.Clone(ecdsa), 2+i), hash, withECDSA})
	}
	return list
}()

func digestOf(id pkix.AlgorithmIdentifier) (crypto.Hash, error) {
	for _, d := range digests {
		if d.oid.Equal(id.Algorithm) {
			return d.hash, nil
		}
	}
	return 0, fmt.Errorf("the timestamp uses the digest %v, which is not SHA-256, 384 or 512", id.Algorithm)
}

// verify finds the certificate whose key signed content, and checks that it did.
func (s *signerInfo) verify(content []byte, certs []*x509.Certificate) (*x509.Certificate, error) {
	hash, err := digestOf(s.DigestAlgorithm)
	if err != nil {
		return nil, err
	}
	list := s.SignedAttributes.Bytes
	if err := checkAttributes(list, content, hash); err != nil {
		return nil, err
	}
	cert, err := signingCertificate(list, certs)
	if err != nil {
		return nil, err
	}
	// RFC 5652 section 5.4: signed as a SET, not with the tag that it has here.
	signed, err := asn1.Marshal(cms.Set(list))
	if err != nil {
		return nil, errForm
	}
	for _, a := range algorithms {
		if a.digest == hash && a.signature.Equal(s.SignatureAlgorithm.Algorithm) {
			if err := cert.CheckSignature(a.is, signed, s.Signature); err != nil {
				return nil, fmt.Errorf("the timestamp's signature does not hold: %w", err)
			}
			return cert, nil
		}
	}
	return nil, fmt.Errorf("the timestamp is signed by %v, which is not known here", s.SignatureAlgorithm.Algorithm)
}

// checkAttributes: RFC 5652 section 11: the type of what was signed, and its digest.
func checkAttributes(list, content []byte, hash crypto.Hash) error {
	kind, err := attributeValue(list, cms.ContentType)
	if err != nil {
		return err
	}
	want, err := asn1.Marshal(oidTSTInfo)
	if err != nil || !bytes.Equal(kind, want) {
		return errForm
	}
	value, err := attributeValue(list, cms.MessageDigest)
	if err != nil {
		return err
	}
	var digest []byte
	h := hash.New()
	h.Write(content)
	if err := whole(value, &digest); err != nil || !bytes.Equal(digest, h.Sum(nil)) {
		return errors.New("the timestamp was changed: its digest does not hold")
	}
	return nil
}

func attributeValue(list []byte, want asn1.ObjectIdentifier) ([]byte, error) {
	if b := cms.AttributeValue(list, want); b != nil {
		return b, nil
	}
	return nil, fmt.Errorf("the timestamp has no attribute %v", want)
}

// signingCertificate is the certificate that the attribute names by its digest (RFC 5035
// sections 3 to 5): SHA-1 in the first version, SHA-256 unless said otherwise in the second.
func signingCertificate(list []byte, certs []*x509.Certificate) (*x509.Certificate, error) {
	digest := func(c *x509.Certificate) []byte { sum := sha256.Sum256(c.Raw); return sum[:] }
	value, err := attributeValue(list, cms.SigningCertificateV2)
	if err != nil {
		if value, err = attributeValue(list, oidSigningCert); err != nil {
			return nil, errors.New("the timestamp does not say which certificate signed it")
		}
		digest = func(c *x509.Certificate) []byte { sum := sha1.Sum(c.Raw); return sum[:] }
	}
	var named struct {
		Certs    []asn1.RawValue
		Policies asn1.RawValue `asn1:"optional"`
	}
	if err := whole(value, &named); err != nil || len(named.Certs) == 0 {
		return nil, errForm
	}
	hash, err := firstOctets(named.Certs[0].Bytes)
	if err != nil {
		return nil, err
	}
	for _, c := range certs {
		if bytes.Equal(digest(c), hash) {
			return c, nil
		}
	}
	return nil, errors.New("the certificate that signed the timestamp is not in it")
}

// firstOctets is the hash of an ESSCertID: behind its algorithm, where it has one.
func firstOctets(list []byte) ([]byte, error) {
	for len(list) > 0 {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(list, &v)
		if err != nil {
			return nil, errForm
		}
		if v.Class == asn1.ClassUniversal && v.Tag == asn1.TagOctetString {
			return v.Bytes, nil
		}
		list = rest
	}
	return nil, errForm
}

// mayTimestamp: RFC 3161 section 2.3: the certificate is for timestamps alone, and says so
// in a critical extension; and it was valid at the time that it confirms.
func mayTimestamp(c *x509.Certificate, at time.Time) error {
	critical := slices.ContainsFunc(c.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(oidExtKeyUsage) && e.Critical })
	switch {
	case !critical || len(c.UnknownExtKeyUsage) > 0 || !slices.Equal(c.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}):
		return fmt.Errorf("the timestamp is signed by %q, whose certificate is not for timestamps alone", c.Subject.CommonName)
	case at.Before(c.NotBefore) || at.After(c.NotAfter):
		return fmt.Errorf("the certificate of %q was not valid at the time of its timestamp, %s", c.Subject.CommonName, at.Format(time.RFC3339))
	}
	return nil
}

// Chain says whether the authority's certificate is one of roots, or comes from one: at the
// time of the timestamp, for certificates end sooner than reports.
func (t *Token) Chain(roots *x509.CertPool) error {
	between := x509.NewCertPool()
	for _, c := range t.authorities {
		between.AddCert(c)
	}
	_, err := t.Authority.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: t.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}})
	if err != nil {
		return fmt.Errorf("the timestamp is by %q, whom the given certificates do not vouch for: %w", t.Authority.Subject.CommonName, err)
	}
	return nil
}
