// Package attest lets a TPM 2.0 say which system was booted when a report was
// made, and lets somebody else check what it said.
//
// # What is measured, and by whom
//
// While a machine boots, each program hashes the next one before it starts it,
// and has the TPM extend a platform configuration register with the digest:
// new = SHA-256(old || digest). A PCR starts at zero, cannot be set and, of those
// quoted here, cannot be reset without a restart. So its value stands for everything
// that was measured into it, in order. Quoted are, of the SHA-256 bank:
//
//	PCR 4   the boot program the firmware started: our unified kernel image, and
//	        the kernel inside (TCG PC Client Platform Firmware Profile, 3.3.4.5)
//	PCR 9   kernel command line and initramfs, by the kernel's EFI stub
//	PCR 11  the parts of the unified kernel image, by systemd-stub(7)
//	PCR 12  a command line that overrides the built-in one; zero: there was none
//
// All of them follow from the image alone and are in its manifest.
//
// # The quote
//
// TPM2_Quote (TPM 2.0 Library, Part 3, 18.4) signs a TPMS_ATTEST structure (Part
// 2, 10.12.12) with the selected PCRs' digest and 32 bytes of ours: the SHA-256 of
// report.json. So a quote belongs to one report, and an old one can not be used
// again. The attestation key (AK) is a primary key of the endorsement hierarchy,
// restricted: the TPM signs with it nothing but structures of its own making, which
// begin with TPM_GENERATED_VALUE. The template has no unique part, so that one TPM
// always has the same AK.
//
// # What this proves, and what it does not
//
// If the AK lies in a real TPM, and the firmware measured what it started, then
// exactly this image was booted, no command line overrode its own, and something
// running in it had the report's digest. It is not proven
//
//   - that the AK lies in a real TPM. A program can make such a key and sign
//     whatever it likes; only a certificate of the AK, by somebody who checked,
//     or the lab's record of the AK's name tells them apart;
//   - that the AK lies in the TPM of the endorsement certificate that is beside
//     it. That takes a dialogue with the TPM (credential activation, Part 1, 24),
//     and a quote on file is no dialogue;
//   - that the firmware is honest, or that nobody listens between it and the TPM;
//   - that nobody took over the running system: what is measured is what was
//     booted, not what happened then. Who gets a shell in it can have any digest
//     quoted.
package attest

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// Schema names the format of attestation.json.
const Schema = "https://shokyo.dev/attestation/v1"

// Attestation is attestation.json. TPM structures are as the TPM marshals them,
// and stand in base64.
type Attestation struct {
	Schema         string   `json:"schema"`
	Nonce          string   `json:"nonce"`           // hexadecimal: SHA-256 of report.json
	Quoted         []byte   `json:"quoted"`          // TPMS_ATTEST
	Signature      []byte   `json:"signature"`       // TPMT_SIGNATURE
	AKPublic       []byte   `json:"ak_public"`       // TPMT_PUBLIC
	AKCertificates [][]byte `json:"ak_certificates"` // DER, the AK's own first; empty: it has none
	EKCertificate  []byte   `json:"ek_certificate"`  // DER; empty: the TPM holds none
	PCRs           []PCR    `json:"pcrs"`            // what the quote's digest is of
	EventLog       []byte   `json:"event_log"`       // TCG PC Client crypto-agile log; empty: there is none
}

// PCR is the value of a platform configuration register of the SHA-256 bank.
type PCR struct {
	Index  int    `json:"index"`
	SHA256 string `json:"sha256"`
}

// PCRSet is one set of values that a manifest allows.
type PCRSet struct {
	Name string `json:"name"` // "secure-boot-off"
	PCRs []PCR  `json:"pcrs"`
}

// quotedPCRs are in every quote, in this order.
func quotedPCRs() []uint { return []uint{4, 9, 11, 12} }

// overridePCR must be zero: a command line that was given at boot is in it.
const overridePCR = 12

// Limits of what is read, whoever says that it is longer.
const (
	maxFile        = 2 << 20 // attestation.json
	MaxEventLog    = 1 << 20
	maxCertificate = 8 << 10
	maxChain       = 8
)

// Encode gives attestation.json. Absent lists are empty, not null.
func (a *Attestation) Encode() []byte {
	c := *a
	c.AKCertificates = append([][]byte{}, a.AKCertificates...)
	c.EKCertificate = append([]byte{}, a.EKCertificate...)
	c.EventLog = append([]byte{}, a.EventLog...)
	b, err := json.MarshalIndent(&c, "", " ")
	if err != nil {
		panic("attest: strings and bytes that JSON cannot hold: " + err.Error())
	}
	return append(b, '\n')
}

// Decode reads attestation.json. It accepts the spelling that Encode gives and no
// other, so that every reader of the file reads the same.
func Decode(b []byte) (*Attestation, error) {
	if len(b) > maxFile {
		return nil, fmt.Errorf("attestation of %d bytes, at most %d are read", len(b), maxFile)
	}
	a := new(Attestation)
	if err := json.Unmarshal(b, a); err != nil {
		return nil, fmt.Errorf("attestation: %w", err)
	}
	if a.Schema != Schema {
		return nil, fmt.Errorf("attestation: schema %q is not %q", a.Schema, Schema)
	}
	if !bytes.Equal(a.Encode(), b) {
		return nil, errors.New("attestation: not in canonical form (layout, order or unknown fields)")
	}
	if len(a.EventLog) > MaxEventLog || len(a.AKCertificates) > maxChain {
		return nil, errors.New("attestation: event log or certificate chain is too long")
	}
	return a, nil
}

// values gives the values in the order of quotedPCRs.
func (a *Attestation) values() (out [][32]byte, err error) {
	want := quotedPCRs()
	if len(a.PCRs) != len(want) {
		return nil, fmt.Errorf("%d PCR values are given, not those of PCR %v", len(a.PCRs), want)
	}
	for i, p := range a.PCRs {
		if p.Index != int(want[i]) {
			return nil, fmt.Errorf("value %d is of PCR %d, not %d", i, p.Index, want[i])
		}
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (p *PCR) value() (v [32]byte, err error) {
	b, err := hex.DecodeString(p.SHA256)
	if err != nil || len(b) != len(v) || hex.EncodeToString(b) != p.SHA256 {
		return v, fmt.Errorf("PCR %d: %.80q is no SHA-256 in small hexadecimal digits", p.Index, p.SHA256)
	}
	return [32]byte(b), nil
}
