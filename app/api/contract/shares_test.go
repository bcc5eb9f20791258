package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// shareOf is the link of the only dataset with this name, from a list asked for with query.
func (s *server) shareOf(fileName, query string) (link, token string) {
	s.Helper()
	for _, dataset := range s.datasets("?limit=100" + query) {
		if dataset["fileName"] == fileName {
			share := dataset["share"].(map[string]any)
			return share["url"].(string), share["token"].(string)
		}
	}
	s.Fatalf("there is no dataset %s", fileName)
	return "", ""
}

// follow opens a link as a stranger would: no token, and whatever headers are named.
func (s *server) follow(method, link string, headers ...string) reply {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), method, link, nil)
	if err != nil {
		s.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	got := s.send(r)
	s.hold(r, got)
	return got
}

// refused is a link that answers an error in the form of the family.
func (s *server) refused(what string, status int, link string) {
	s.Helper()
	got := s.follow("GET", link)
	if got.status != status || got.at("success") != false || got.text("error") == "" {
		s.Errorf("%s: %d, want %d: %s", what, got.status, status, got.body)
	}
	if head := s.follow("HEAD", link); head.status != status || len(head.body) > 0 {
		s.Errorf("%s: HEAD is %d with %d bytes, want %d", what, head.status, len(head.body), status)
	}
}

func TestALinkServesTheBytes(t *testing.T) {
	t.Parallel()
	s := started(t)
	text := "Quinces ripen late; " + strings.Repeat("0123456789", 10)
	s.imported("", "quinces.txt", text)
	s.settle()
	link, token := s.shareOf("quinces", "")
	if !regexp.MustCompile(`^` + regexp.QuoteMeta(s.address) + `/v1/share/dsx_[0-9A-Za-z]{16}\?token=` + regexp.QuoteMeta(token) + `$`).MatchString(link) {
		t.Errorf("the link is %s, its token %s", link, token)
	}
	if !regexp.MustCompile(`^[0-9A-Za-z_-]{22}$`).MatchString(token) {
		t.Errorf("the token %q is not 128 bits in URL-safe letters", token)
	}
	sum := sha256.Sum256([]byte(text))
	tag := `"` + hex.EncodeToString(sum[:]) + `"`
	got := s.follow("GET", link)
	if got.status != 200 || string(got.body) != text || got.header.Get("ETag") != tag || got.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%d %v: %s", got.status, got.header, got.body)
	}
	if got.header.Get("Accept-Ranges") != "bytes" || got.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("headers %v", got.header)
	}
	head := s.follow("HEAD", link)
	if head.status != 200 || len(head.body) != 0 || head.header.Get("Content-Length") != fmt.Sprint(len(text)) || head.header.Get("ETag") != tag {
		t.Errorf("HEAD: %d %v", head.status, head.header)
	}
	slashed := strings.Replace(link, "?", "/?", 1)
	if got, err := http.Get(slashed); err != nil || got.Body.Close() != nil || got.StatusCode != 200 {
		t.Errorf("with a slash at the end of the path: %v, %v", got, err)
	}
	for _, credential := range []string{"Bearer wrong", "Bearer " + s.owner} {
		if got := s.follow("GET", link, "Authorization", credential); got.status != 200 {
			t.Errorf("with a credential that is not asked for: %d", got.status)
		}
	}
	if got := s.follow("GET", link, "If-None-Match", tag); got.status != 304 || len(got.body) != 0 {
		t.Errorf("unchanged: %d", got.status)
	}
}

func TestALinkServesRanges(t *testing.T) {
	t.Parallel()
	s := started(t)
	text := "0123456789"
	s.imported("", "digits.txt", text)
	link, _ := s.shareOf("digits", "")
	tag := s.follow("HEAD", link).header.Get("ETag")
	for _, test := range []struct {
		headers []string
		status  int
		body    string
		said    string
	}{
		{[]string{"Range", "bytes=2-4"}, 206, "234", "bytes 2-4/10"},
		{[]string{"Range", "bytes=7-"}, 206, "789", "bytes 7-9/10"},
		{[]string{"Range", "bytes=-2"}, 206, "89", "bytes 8-9/10"},
		{[]string{"Range", "bytes=5-99"}, 206, "56789", "bytes 5-9/10"},
		{[]string{"Range", "bytes=2-4", "If-Range", tag}, 206, "234", "bytes 2-4/10"},
		{[]string{"Range", "bytes=2-4", "If-Range", `"other"`}, 200, text, ""},
		{[]string{"Range", "lines=1-2"}, 416, "", ""},
		{[]string{"Range", "bytes=10-"}, 416, "", "bytes */10"},
	} {
		got := s.follow("GET", link, test.headers...)
		if got.status != test.status || test.status < 300 && string(got.body) != test.body || got.header.Get("Content-Range") != test.said {
			t.Errorf("%v: %d %q %q", test.headers, got.status, got.header.Get("Content-Range"), got.body)
		}
	}
	several := s.follow("GET", link, "Range", "bytes=0-1,8-9")
	_, parameters, err := mime.ParseMediaType(several.header.Get("Content-Type"))
	if err != nil || several.status != 206 {
		t.Fatalf("two ranges: %d %v", several.status, several.header)
	}
	parts, whole := multipart.NewReader(strings.NewReader(string(several.body)), parameters["boundary"]), ""
	for part, err := parts.NextPart(); err == nil; part, err = parts.NextPart() {
		piece, _ := io.ReadAll(part)
		whole += string(piece)
	}
	if whole != "0189" {
		t.Errorf("two ranges hold %q", whole)
	}
	if head := s.follow("HEAD", link, "Range", "bytes=2-4"); head.status != 206 || head.header.Get("Content-Length") != "3" {
		t.Errorf("HEAD of a range: %d %v", head.status, head.header)
	}
}

func TestALinkExpires(t *testing.T) {
	t.Parallel()
	clock := newHourglass()
	s := startedWith(t, config.Config{Now: clock.time})
	s.imported("", "a.txt", "a")
	for seconds, query := range map[int]string{600: "", 1: "&expiresInSeconds=1", 604800: "&expiresInSeconds=604800"} {
		link, token := s.shareOf("a", query)
		made := clock.time()
		clock.turn(time.Duration(seconds)*time.Second - time.Millisecond)
		if got := s.follow("GET", link); got.status != 200 {
			t.Errorf("just before %d s: %d %s", seconds, got.status, got.body)
		}
		clock.turn(time.Millisecond)
		s.refused(fmt.Sprintf("after %d s", seconds), 410, link)
		s.refused("expired, with a wrong token", 404, strings.Replace(link, token, "x"+token[1:]+"x", 1))
		if clock.time().Sub(made) != time.Duration(seconds)*time.Second {
			t.Error("the clock went by itself")
		}
	}
}

func TestALinkEnds(t *testing.T) {
	t.Parallel()
	s := started(t)
	other := s.workspace("Other").ID
	id := s.imported("", "a.txt", "a").ID
	s.imported(other, "b.txt", "b")
	revoked, _ := s.shareOf("a", "")
	if n, err := s.node.Engine().RevokeShares(s.asOwner(), id); n == 0 || err != nil {
		t.Fatalf("%d links were revoked, %v", n, err)
	}
	s.refused("revoked", 410, revoked)
	fresh, _ := s.shareOf("a", "")
	s.call(204, "DELETE", "/api/desk/contents/"+id, nil)
	s.refused("its document is in the trash", 404, fresh)
	s.call(204, "POST", "/api/desk/contents/"+id+"/restore", nil)
	if got := s.follow("GET", fresh); got.status != 200 {
		t.Errorf("restored: %d", got.status)
	}
	theirs, _ := s.shareOf("b", "")
	s.call(204, "DELETE", "/api/desk/workspaces/"+other, nil)
	s.refused("its workspace is deleted", 404, theirs)
}

func TestWrongLinksAreUnknown(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.imported("", "a.txt", "a")
	s.imported("", "b.txt", "b")
	link, token := s.shareOf("a", "")
	_, otherToken := s.shareOf("b", "")
	bare, _, _ := strings.Cut(link, "?")
	for what, wrong := range map[string]string{
		"no token":              bare,
		"an empty token":        bare + "?token=",
		"the token of another":  bare + "?token=" + otherToken,
		"half a token":          bare + "?token=" + token[:11],
		"more than the token":   bare + "?token=" + token + "A",
		"zero in the token":     bare + "?token=" + token + "%00",
		"no text for a token":   bare + "?token=%ff%fe",
		"a very long token":     bare + "?token=" + strings.Repeat("A", 7_000),
		"an unknown id":         s.address + "/v1/share/dsx_0000000000000000?token=" + token,
		"a malformed id":        s.address + "/v1/share/x?token=" + token,
		"a dataset for an id":   s.address + "/v1/share/" + fmt.Sprint(s.datasets("")[0]["id"]) + "?token=" + token,
		"an id that is no text": s.address + "/v1/share/%ff%00?token=" + token,
		"SQL for an id":         s.address + "/v1/share/" + url.PathEscape("' OR ''='") + "?token=" + token,
		"dots for an id":        s.address + "/v1/share/%2e%2e%2fdatasets?token=" + token,
	} {
		s.refused(what, 404, wrong)
	}
	if got := s.follow("POST", link); got.status != 404 {
		t.Errorf("POST: %d", got.status)
	}
}

func TestALinkWithoutItsBytes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := startedWith(t, config.Config{DataDir: dir})
	s.imported("", "large.txt", strings.Repeat("A page about quinces. ", 10_000)) // a file among the blobs
	link, _ := s.shareOf("large", "")
	if err := os.RemoveAll(filepath.Join(dir, "blobs")); err != nil {
		t.Fatal(err)
	}
	s.refused("its bytes are gone", 503, link)
	if after := s.follow("GET", link).header.Get("Retry-After"); after == "" {
		t.Error("nothing says when to try again")
	}
}

func TestALinkNamesItsFile(t *testing.T) {
	t.Parallel()
	s := started(t)
	for name, want := range map[string]string{
		"plain.txt":                          "plain.txt",
		"two\r\nSet-Cookie: evil=1\r\n\r\nx": "two__Set-Cookie: evil=1____x",
		`a "quoted" name.txt`:                `a "quoted" name.txt`,
		`back\slash.txt`:                     "slash.txt",
		"../../etc/passwd":                   "passwd",
		"naïve 報告 🌾.txt":                     "naïve 報告 🌾.txt",
		"100%; filename=evil.exe":            "100%; filename=evil.exe",
		"tab\there\x7f.txt":                  "tab_here_.txt",
		"quote';drop.txt":                    "quote';drop.txt",
	} {
		id := s.imported("", name, "bytes of "+name).ID
		link, _ := s.shareOf(s.datasets("?sort=-createdAt&limit=1")[0]["fileName"].(string), "")
		got := s.follow("GET", link)
		kind, parameters, err := mime.ParseMediaType(got.header.Get("Content-Disposition"))
		if err != nil || got.status != 200 || (kind != "inline" && kind != "attachment") || parameters["filename"] != want {
			t.Errorf("%q: %d %s, %v", name, got.status, got.header.Get("Content-Disposition"), err)
		}
		if got.header.Get("Set-Cookie") != "" || string(got.body) != "bytes of "+name {
			t.Errorf("%q broke out of its header: %v %q", name, got.header, got.body)
		}
		s.call(204, "DELETE", "/api/desk/contents/"+id, nil)
	}
}

func TestALinkStandsOnTheAddressThatWasAsked(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.imported("", "a.txt", "a")
	ask := func(s *server, host string) string {
		t.Helper()
		r := s.request("GET", "/v1/datasets", nil)
		r.Host = host
		r.Header.Set("X-Forwarded-Host", "evil.example.org")
		r.Header.Set("X-Forwarded-Proto", "https")
		r.Header.Set("Forwarded", "host=evil.example.org;proto=https")
		return s.expect(200, r).text("data", 0, "share", "url")
	}
	address, err := url.Parse(s.address)
	if err != nil {
		t.Fatal(err)
	}
	local := "localhost:" + address.Port()
	if link := ask(s, local); !strings.HasPrefix(link, "http://"+local+"/v1/share/dsx_") {
		t.Errorf("asked at %s: %s", local, link)
	}
	public, err := url.Parse("https://docs.example.org/sheaf")
	if err != nil {
		t.Fatal(err)
	}
	behind := startedWith(t, config.Config{PublicURL: public})
	behind.imported("", "a.txt", "a")
	if link := ask(behind, ""); !strings.HasPrefix(link, "https://docs.example.org/sheaf/v1/share/dsx_") {
		t.Errorf("behind a public address: %s", link)
	}
}

func TestALinkMayBeFollowedFromAnySite(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.imported("", "a.txt", "a")
	link, _ := s.shareOf("a", "")
	if got := s.follow("GET", link, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"); got.status != 200 {
		t.Errorf("from another site: %d %s", got.status, got.body)
	}
	r := s.request("GET", "/v1/datasets", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := s.send(r); got.status != 403 {
		t.Errorf("the list, from another site: %d", got.status)
	}
}

func TestALinkIsWorthWhatItsMakerMayRead(t *testing.T) {
	t.Parallel()
	s := started(t)
	s.imported("", "a.txt", "a")
	core, workspace := s.node.Engine(), s.workspace("").ID
	id, token := s.member(workspace, "ada@example.org", catalog.RoleViewer)
	link := s.callAs(token, 200, "GET", "/v1/datasets", nil).text("data", 0, "share", "url")
	works := func(what string) {
		t.Helper()
		if got := s.follow("GET", link); got.status != 200 {
			t.Errorf("%s: %d %s", what, got.status, got.body)
		}
	}
	works("a viewer's link")
	if err := core.RemoveMember(s.asOwner(), workspace, id); err != nil {
		t.Fatal(err)
	}
	s.refused("its maker is no member any more", 410, link)
	if got := s.callAs(token, 200, "GET", "/v1/datasets", nil); got.at("total") != 0.0 {
		t.Errorf("who is no member sees %s", got.body)
	}
	if _, err := core.AddMember(s.asOwner(), workspace, engine.MemberSpec{UserID: id, Role: catalog.RoleViewer}); err != nil {
		t.Fatal(err)
	}
	works("its maker is a member again")
	if err := core.RemoveUser(s.asOwner(), id); err != nil {
		t.Fatal(err)
	}
	s.refused("its maker was removed", 410, link)
	s.callAs(token, 401, "GET", "/v1/datasets", nil)
}
