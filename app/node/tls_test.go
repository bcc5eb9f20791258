package node

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// certified writes a certificate that no authority vouches for.
func certified(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"sheaf.example.org"}}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

func TestTheAgentsOwnCertificateIsTheOnlyOneTrusted(t *testing.T) {
	t.Parallel()
	cert, key := certified(t)
	dir := t.TempDir()
	n, err := Open(t.Context(), config.Config{DataDir: dir, Listen: "127.0.0.1:0", ListenSet: true, NoModel: true, TLSCert: cert, TLSKey: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Listen(); err != nil {
		t.Fatal(err)
	}
	run(t, n)
	a, ok := ReadAgent(dir)
	if !ok || !strings.HasPrefix(a.Address, "https://") || len(a.Certificate) != 64 {
		t.Fatalf("%+v", a)
	}
	ours := client.New(a.Address, a.Token, a.Certificate)
	defer ours.Close()
	if _, err := ours.Status(t.Context()); err != nil {
		t.Errorf("with its certificate: %v", err)
	}
	other := client.New(a.Address, a.Token, strings.Repeat("0", 64))
	defer other.Close()
	if _, err := other.Status(t.Context()); catalog.CodeOf(err) != catalog.Unavailable {
		t.Errorf("with another certificate: %v", err)
	}
	if answer, err := http.Get(a.Address); err == nil {
		answer.Body.Close()
		t.Error("a client that knows nothing of the certificate trusts it")
	}
}

func TestACertificateOfOurOwnStaysTheSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fingerprint := ""
	for _, start := range []string{"first", "second"} {
		t.Run(start, func(t *testing.T) {
			n, err := Open(t.Context(), config.Config{DataDir: dir, Listen: "127.0.0.1:0", ListenSet: true, NoModel: true, SelfSign: true}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := n.Listen(); err != nil {
				t.Fatal(err)
			}
			run(t, n)
			if got := n.Fingerprint(); len(got) != 64 || fingerprint != "" && got != fingerprint {
				t.Errorf("the fingerprint is %q after %q", got, fingerprint)
			}
			fingerprint = n.Fingerprint()
			ours := client.New(n.Address(), n.token, fingerprint)
			defer ours.Close()
			if _, err := ours.Status(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	info, err := os.Stat(filepath.Join(dir, ownKey))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v %v", info, err)
	}
}
