package remotes

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"net/url"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// invitationPrefix lets people and scanners recognise an invitation, which holds a token.
const invitationPrefix = "sheaf-invite-"

// sumLength is how many bytes of a hash find an invitation that was not copied whole.
const sumLength = 4

// invitation is what one string to paste says.
type invitation struct {
	URL   string `json:"u"`
	Token string `json:"t"`
	Pin   string `json:"p,omitempty"`
}

func (i invitation) String() string {
	raw, err := json.Marshal(i)
	if err != nil {
		panic("remotes: three texts cannot be written as JSON: " + err.Error())
	}
	sum := sha256.Sum256(raw)
	return invitationPrefix + base64.RawURLEncoding.EncodeToString(append(raw, sum[:sumLength]...))
}

// parseInvitation reads an invitation as people paste it: with spaces and line breaks that a mail put in.
func parseInvitation(text string) (i invitation, err error) {
	broken := &catalog.Error{Code: catalog.Invalid, Message: "The invitation is not whole; copy it again from its first letter to its last.",
		Fields: []catalog.FieldError{{Field: "invitation", Message: "is not a whole invitation"}}}
	coded, ok := strings.CutPrefix(strings.Join(strings.Fields(text), ""), invitationPrefix)
	if !ok {
		return i, broken
	}
	raw, err := base64.RawURLEncoding.DecodeString(coded)
	if err != nil || len(raw) <= sumLength {
		return i, broken
	}
	raw, carried := raw[:len(raw)-sumLength], raw[len(raw)-sumLength:]
	if sum := sha256.Sum256(raw); string(sum[:sumLength]) != string(carried) || json.Unmarshal(raw, &i) != nil || i.URL == "" || i.Token == "" {
		return i, broken
	}
	return i, nil
}

// spelled returns a spec without an invitation: what that said stands in its place.
func spelled(spec catalog.RemoteSpec) (catalog.RemoteSpec, error) {
	if spec.Invitation != "" {
		i, err := parseInvitation(spec.Invitation)
		if err != nil {
			return spec, err
		}
		spec.Invitation, spec.URL, spec.Token = "", i.URL, i.Token
		if spec.Pin == "" {
			spec.Pin = i.Pin
		}
	}
	var err error
	if spec.Pin, err = plainPin(spec.Pin); err != nil {
		return spec, err
	}
	spec.Token = strings.TrimSpace(spec.Token)
	spec.URL, err = plainURL(spec.URL, spec.Insecure)
	return spec, err
}

// plainPin reads a fingerprint as people write it, with colons or spaces and in any case.
func plainPin(text string) (string, error) {
	pin := strings.ToLower(strings.NewReplacer(":", "", " ", "", "\t", "").Replace(text))
	if pin == "" {
		return "", nil
	}
	if len(pin) != 2*sha256.Size || strings.Trim(pin, "0123456789abcdef") != "" {
		return "", wrong("pin", "must be the SHA-256 of a certificate: 64 hexadecimal digits")
	}
	return pin, nil
}

// plainURL reads the address of a remote: https, or http where nobody can read along.
func plainURL(text string, insecure bool) (string, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil:
		return "", wrong("url", "must be an address such as https://sheaf.example.org:7450")
	case u.Scheme == "http" && !insecure && !loopback(u.Hostname()):
		return "", wrong("url", "begins with http: anyone on the way could read the token and the documents. Use https, or say that you accept it")
	}
	return u.Scheme + "://" + strings.ToLower(u.Host) + strings.TrimRight(u.EscapedPath(), "/"), nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func wrong(field, message string) error {
	return &catalog.Error{Code: catalog.Invalid, Message: "The field " + field + " " + message + ".", Fields: []catalog.FieldError{{Field: field, Message: message}}}
}
