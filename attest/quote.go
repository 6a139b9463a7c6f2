package attest

import (
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/google/go-tpm/tpm2"
	"github.com/google/go-tpm/tpm2/transport"
)

// Evidence is what the caller adds to a quote.
type Evidence struct {
	EventLog       []byte   // see [ReadEventLog]
	AKCertificates [][]byte // DER, if the lab had the AK certified
}

// Quote has the TPM sign its PCRs together with nonce, and checks what it got. The
// key is made anew each time, and always the same; nothing stays in the TPM.
func Quote(t transport.TPM, nonce [32]byte, more Evidence) (a *Attestation, err error) {
	// What the TPM answers goes through a parser of others (go-tpm, by reflection).
	defer func() {
		if r := recover(); r != nil {
			a, err = nil, fmt.Errorf("quote: the TPM's answer can not be parsed: %v", r)
		}
	}()
	key, err := tpm2.CreatePrimary{PrimaryHandle: tpm2.TPMRHEndorsement, InPublic: tpm2.New2B(template())}.Execute(t)
	if err != nil {
		return nil, fmt.Errorf("make the attestation key: %w", err)
	}
	defer tpm2.FlushContext{FlushHandle: key.ObjectHandle}.Execute(t)
	a = &Attestation{Schema: Schema, Nonce: hex.EncodeToString(nonce[:]), AKPublic: key.OutPublic.Bytes(),
		AKCertificates: more.AKCertificates, EventLog: more.EventLog}
	// A PCR could be extended between the two commands; then Verify says so.
	if err := a.sign(t, key, nonce); err != nil {
		return nil, err
	}
	if a.PCRs, err = readPCRs(t); err != nil {
		return nil, err
	}
	a.EKCertificate = readEndorsement(t)
	if _, err := Verify(a, nonce, nil); err != nil {
		return nil, fmt.Errorf("the TPM's quote does not verify: %w", err)
	}
	return a, nil
}

// template of the attestation key (package comment).
func template() tpm2.TPMTPublic {
	return tpm2.TPMTPublic{
		Type: tpm2.TPMAlgECC, NameAlg: tpm2.TPMAlgSHA256,
		ObjectAttributes: tpm2.TPMAObject{FixedTPM: true, FixedParent: true, SensitiveDataOrigin: true,
			UserWithAuth: true, NoDA: true, Restricted: true, SignEncrypt: true},
		Parameters: tpm2.NewTPMUPublicParms(tpm2.TPMAlgECC, &tpm2.TPMSECCParms{
			Scheme: tpm2.TPMTECCScheme{Scheme: tpm2.TPMAlgECDSA,
				Details: tpm2.NewTPMUAsymScheme(tpm2.TPMAlgECDSA, &tpm2.TPMSSigSchemeECDSA{HashAlg: tpm2.TPMAlgSHA256})},
			CurveID: tpm2.TPMECCNistP256,
		}),
	}
}

func selection() tpm2.TPMLPCRSelection {
	return tpm2.TPMLPCRSelection{PCRSelections: []tpm2.TPMSPCRSelection{
		{Hash: tpm2.TPMAlgSHA256, PCRSelect: tpm2.PCClientCompatible.PCRs(quotedPCRs()...)}}}
}

func (a *Attestation) sign(t transport.TPM, key *tpm2.CreatePrimaryResponse, nonce [32]byte) error {
	q, err := tpm2.Quote{
		SignHandle:     tpm2.NamedHandle{Handle: key.ObjectHandle, Name: key.Name},
		QualifyingData: tpm2.TPM2BData{Buffer: nonce[:]},
		InScheme:       tpm2.TPMTSigScheme{Scheme: tpm2.TPMAlgNull}, // the key's own
		PCRSelect:      selection(),
	}.Execute(t)
	if err != nil {
		return fmt.Errorf("quote: %w", err)
	}
	a.Quoted, a.Signature = q.Quoted.Bytes(), tpm2.Marshal(q.Signature)
	return nil
}

func readPCRs(t transport.TPM) (out []PCR, err error) {
	r, err := tpm2.PCRRead{PCRSelectionIn: selection()}.Execute(t)
	if err != nil {
		return nil, fmt.Errorf("read the PCRs: %w", err)
	}
	want := quotedPCRs()
	if len(r.PCRValues.Digests) != len(want) {
		return nil, fmt.Errorf("the TPM gives %d of %d PCRs: it has no SHA-256 bank", len(r.PCRValues.Digests), len(want))
	}
	for i, d := range r.PCRValues.Digests {
		out = append(out, PCR{int(want[i]), hex.EncodeToString(d.Buffer)})
	}
	return out, nil
}

// readEndorsement gives the endorsement certificate that the maker left in the TPM
// (TCG EK Credential Profile, 2.2.1.4: RSA 2048, ECC P-256), nil if there is none
// that can be read.
func readEndorsement(t transport.TPM) []byte {
	for _, index := range []tpm2.TPMHandle{0x01C00002, 0x01C0000A} {
		b, err := readNV(t, index)
		if err != nil {
			continue
		}
		if b, err = trimCertificate(b); err == nil {
			return b
		}
	}
	return nil
}

// nvPart is what every TPM gives at once (PC Client Platform TPM Profile 1.05,
// TPM_PT_NV_BUFFER_MAX is at least 512).
const nvPart = 512

func readNV(t transport.TPM, index tpm2.TPMHandle) (out []byte, err error) {
	public, err := tpm2.NVReadPublic{NVIndex: index}.Execute(t)
	if err != nil {
		return nil, err
	}
	info, err := public.NVPublic.Contents()
	if err != nil {
		return nil, err
	}
	size := min(int(info.DataSize), maxCertificate)
	handle := tpm2.NamedHandle{Handle: index, Name: public.NVName}
	for len(out) < size {
		r, err := tpm2.NVRead{
			AuthHandle: tpm2.AuthHandle{Handle: index, Name: public.NVName, Auth: tpm2.PasswordAuth(nil)},
			NVIndex:    handle, Size: uint16(min(nvPart, size-len(out))), Offset: uint16(len(out)),
		}.Execute(t)
		if err != nil {
			return nil, err
		}
		if len(r.Data.Buffer) == 0 {
			return nil, fmt.Errorf("NV index %#x ends early", index)
		}
		out = append(out, r.Data.Buffer...)
	}
	return slices.Clip(out), nil
}
