package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
)

// checkKeys refuses a pair that sbsign, which comes last, or a computer would
// refuse. A key with a passphrase is left to sbsign, which asks for it.
func checkKeys(key, certificate string) error {
	k, err := os.ReadFile(key)
	if err != nil {
		return fmt.Errorf("-key (SECUREBOOT_KEY): %w", err)
	}
	c, err := os.ReadFile(certificate)
	if err != nil {
		return fmt.Errorf("-cert (SECUREBOOT_CERT): %w", err)
	}
	if err := checkCertificate(c); err != nil {
		return fmt.Errorf("-cert (SECUREBOOT_CERT) %s: %w", certificate, err)
	}
	if hasPassphrase(k) {
		return nil
	}
	if _, err := tls.X509KeyPair(c, k); err != nil {
		return fmt.Errorf("-key (SECUREBOOT_KEY) %s: give the private key of %s in PEM: %w", key, certificate, err)
	}
	return nil
}

// checkCertificate wants RSA, the only kind of key that all firmware can check.
func checkCertificate(b []byte) error {
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return err
		}
		if c.PublicKeyAlgorithm != x509.RSA {
			return fmt.Errorf("it is for a key of the kind %s, and Secure Boot wants RSA: make a pair with openssl req -newkey rsa:2048", c.PublicKeyAlgorithm)
		}
		return nil
	}
	return errors.New("there is no certificate in PEM: convert one in DER with openssl x509 -inform der")
}

// hasPassphrase knows PKCS #8, and the older format with a header.
func hasPassphrase(key []byte) bool {
	block, _ := pem.Decode(key)
	return block != nil && (block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"))
}
