package catalog

import "testing"

func TestSplitFileName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]string{
		"my_document.pdf": {"my_document", "pdf"},
		"archive.tar.gz":  {"archive.tar", "gz"},
		"noext":           {"noext", ""},
		".bashrc":         {".bashrc", ""},
		".config.json":    {".config", "json"},
		"..hidden":        {"..hidden", ""},
		"...":             {"...", ""},
		"Thanks.":         {"Thanks.", ""},
		"a..b":            {"a.", "b"},
		"REPORT.PDF":      {"REPORT", "PDF"},
		"報告.文書":           {"報告", "文書"},
		"":                {"", ""},
	} {
		if stem, extension := SplitFileName(name); stem != want[0] || extension != want[1] {
			t.Errorf("%q is %q and %q, want %q", name, stem, extension, want)
		}
	}
}

func TestClassOf(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]Class{
		"application/pdf": ClassDoc, "text/html": ClassDoc, "message/rfc822": ClassDoc, "": ClassDoc, "audio": ClassDoc, "imagery/png": ClassDoc,
		"audio/mpeg": ClassAudio, "video/mp4": ClassVideo, "image/svg+xml": ClassImage, "IMAGE/PNG": ClassImage,
	} {
		if got := ClassOf(format); got != want {
			t.Errorf("%q is %s, want %s", format, got, want)
		}
	}
}
