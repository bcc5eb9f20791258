package node

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Where the certificate of our own making lies within the data directory.
const (
	ownCertificate = "tls-certificate.pem"
	ownKey         = "tls-key.pem"
)

// ownLife is how long it is valid: it is known by its fingerprint, and people who compared that should not have to again.
const ownLife = 10 * 365 * 24 * time.Hour

// selfSigned returns the certificate of a data directory, which is made when there is none. No authority vouches for it:
// others know it by its fingerprint.
func selfSigned(dataDir, machine string) (tls.Certificate, error) {
	certificate, key := filepath.Join(dataDir, ownCertificate), filepath.Join(dataDir, ownKey)
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeCertificate(certificate, key, machine); err == nil {
			pair, err = tls.LoadX509KeyPair(certificate, key)
		}
	}
	return pair, catalog.WrapError(catalog.Unavailable, "The certificate "+certificate+" cannot be used; remove it and its key to have another made.", err)
}

func makeCertificate(certificate, key, machine string) error {
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Sheaf"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(ownLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if machine != "" {
		template.DNSNames = append(template.DNSNames, machine)
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &secret.PublicKey, secret)
	if err != nil {
		return err
	}
	hidden, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		return err
	}
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: hidden}), 0o600); err != nil {
		return err
	}
	return os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), 0o600)
}
