// Package cms writes and reads the one form of signature that a signed report.pdf has: CMS
// SignedData (RFC 5652) over bytes that lie elsewhere, by one ECDSA P-256 key, with the
// attributes of CAdES baseline B (ETSI EN 319 122-1 section 5): content type, digest, and
// which certificate signed (ESS signing-certificate-v2, RFC 5035). The time is not in it:
// PAdES baseline forbids the attribute signing-time (ETSI EN 319 142-1 section 6.3), the
// signature dictionary of the PDF has it. A timestamp (RFC 3161) can be put in later.
//
// There is one spelling: [Parse] encodes again what it read, and refuses what does not give
// the same bytes. So no bit of it can change unnoticed, also where no signature reaches.
package cms

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// Object identifiers: RFC 5652 sections 4, 5.1, 11.1, 11.2; RFC 5035 section 3; RFC 3161
// appendix A; RFC 5754 sections 2.2, 3.3.
// Those with capitals package timestamp has in common.
var (
	oidData              = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	SignedData           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	ContentType          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	MessageDigest        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	SigningCertificateV2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidTimestampToken    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	SHA256               = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidECDSAWithSHA      = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
)

// Signature is what a SignedData of this form says.
type Signature struct {
	Certificate *x509.Certificate
	Digest      [32]byte // SHA-256 of what was signed
	Value       []byte   // ECDSA, ASN.1; what a timestamp is taken of
	Timestamp   []byte   // an RFC 3161 token in DER; nil: none
}

// RFC 5652 section 5.
type signedData struct {
	Version      int
	Digests      []pkix.AlgorithmIdentifier `asn1:"set"`
	Content      struct{ Type asn1.ObjectIdentifier }
	Certificates asn1.RawValue
	Signers      []signerInfo `asn1:"set"`
}

type signerInfo struct {
	Version            int
	Signer             issuerAndSerial
	DigestAlgorithm    pkix.AlgorithmIdentifier
	SignedAttributes   asn1.RawValue
	SignatureAlgorithm pkix.AlgorithmIdentifier
	Signature          []byte
	Unsigned           asn1.RawValue `asn1:"optional"`
}

type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

// ContentInfo is what a signature lies in (RFC 5652 section 3).
type ContentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values asn1.RawValue
}

// Set is the SET around its members.
func Set(content []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagSet, IsCompound: true, Bytes: content}
}

// tagged is [tag] around or instead of what content is tagged with by itself.
func tagged(tag int, content []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: true, Bytes: content}
}

// encode is for values of this package, which can all be encoded.
func encode(v any) []byte {
	b, err := asn1.Marshal(v)
	if err != nil {
		panic("cms: " + err.Error())
	}
	return b
}

func encodeAttribute(t asn1.ObjectIdentifier, value []byte) []byte {
	return encode(attribute{t, Set(value)})
}

// essCertificate is ESSCertIDv2 with its default hash, SHA-256 (RFC 5035 section 4).
type essCertificate struct{ Hash []byte }

type signingCertificate struct{ Certificates []essCertificate }

// signedAttributes are the members of the set, in the order of DER.
func signedAttributes(cert *x509.Certificate, digest [32]byte) []byte {
	hash := sha256.Sum256(cert.Raw)
	list := [][]byte{
		encodeAttribute(ContentType, encode(oidData)),
		encodeAttribute(MessageDigest, encode(digest[:])),
		encodeAttribute(SigningCertificateV2, encode(signingCertificate{[]essCertificate{{hash[:]}}})),
	}
	slices.SortFunc(list, bytes.Compare)
	return bytes.Join(list, nil)
}

// toSign is what the signature is made of: the attributes as a SET (RFC 5652 section 5.4).
func toSign(cert *x509.Certificate, digest [32]byte) [32]byte {
	return sha256.Sum256(encode(Set(signedAttributes(cert, digest))))
}

// Sign signs a digest. Without a source of randomness Go's ECDSA keys sign by RFC 6979: the
// same digest has the same signature.
func Sign(digest [32]byte, cert *x509.Certificate, key crypto.Signer) (*Signature, error) {
	sum := toSign(cert, digest)
	value, err := key.Sign(nil, sum[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	s := &Signature{Certificate: cert, Digest: digest, Value: value}
	return s, s.Verify()
}

// Verify says whether the certificate's key signed the digest.
func (s *Signature) Verify() error {
	sum := toSign(s.Certificate, s.Digest)
	key, ok := s.Certificate.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return errors.New("the certificate in the signature is not for an ECDSA P-256 key")
	}
	if !ecdsa.VerifyASN1(key, sum[:], s.Value) {
		return errors.New("the signature does not fit the certificate in it")
	}
	return nil
}

// Encode gives the ContentInfo in DER.
func (s *Signature) Encode() []byte {
	sha := pkix.AlgorithmIdentifier{Algorithm: SHA256}
	signer := signerInfo{
		Version:            1,
		Signer:             issuerAndSerial{asn1.RawValue{FullBytes: s.Certificate.RawIssuer}, s.Certificate.SerialNumber},
		DigestAlgorithm:    sha,
		SignedAttributes:   tagged(0, signedAttributes(s.Certificate, s.Digest)),
		SignatureAlgorithm: pkix.AlgorithmIdentifier{Algorithm: oidECDSAWithSHA},
		Signature:          s.Value,
	}
	if s.Timestamp != nil {
		signer.Unsigned = tagged(1, encodeAttribute(oidTimestampToken, s.Timestamp))
	}
	data := signedData{Version: 1, Digests: []pkix.AlgorithmIdentifier{sha}, Certificates: tagged(0, s.Certificate.Raw), Signers: []signerInfo{signer}}
	data.Content.Type = oidData
	return encode(ContentInfo{SignedData, tagged(0, encode(data))})
}

var errForm = errors.New("the signature has another form than shokyo gives it")

// Parse reads what Encode wrote, and nothing else. Whether the signature holds, Verify says.
func Parse(der []byte) (*Signature, error) {
	var info ContentInfo
	var data signedData
	if rest, err := asn1.Unmarshal(der, &info); err != nil || len(rest) > 0 {
		return nil, errForm
	}
	if rest, err := asn1.Unmarshal(info.Content.Bytes, &data); err != nil || len(rest) > 0 || len(data.Signers) != 1 {
		return nil, errForm
	}
	cert, err := x509.ParseCertificate(data.Certificates.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the certificate in the signature: %w", err)
	}
	signer := &data.Signers[0]
	s := &Signature{Certificate: cert, Value: signer.Signature}
	if s.Digest, err = digestIn(signer.SignedAttributes.Bytes); err != nil {
		return nil, err
	}
	if len(signer.Unsigned.Bytes) > 0 {
		if s.Timestamp = AttributeValue(signer.Unsigned.Bytes, oidTimestampToken); s.Timestamp == nil {
			return nil, errForm
		}
	}
	if !bytes.Equal(s.Encode(), der) {
		return nil, errForm
	}
	return s, nil
}

// AttributeValue finds an attribute in a list of them; nil: it is not there, or the list is none.
func AttributeValue(list []byte, want asn1.ObjectIdentifier) []byte {
	for len(list) > 0 {
		var a attribute
		rest, err := asn1.Unmarshal(list, &a)
		if err != nil {
			return nil
		}
		if a.Type.Equal(want) {
			return a.Values.Bytes
		}
		list = rest
	}
	return nil
}

func digestIn(attributes []byte) (sum [32]byte, err error) {
	var digest []byte
	if _, err := asn1.Unmarshal(AttributeValue(attributes, MessageDigest), &digest); err != nil || len(digest) != len(sum) {
		return sum, errForm
	}
	return [32]byte(digest), nil
}
