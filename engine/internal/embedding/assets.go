package embedding

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Builtin is the name of the model that ships with this version; build/models/models.lock makes it.
const Builtin = "all-minilm-l6-v2-int8"

// systemFolder is where packages of the operating system put lib/ and models/.
const systemFolder = "/usr/lib/sheaf"

const howToGet = "Install Sheaf again, or run build/models/fetch.py in its source tree; SHEAF_MODELS may name the folder that holds lib and models."

// Assets says where the model's parts lie.
type Assets struct {
	Library string // the ONNX Runtime shared library
	Model   string // the folder with model.json
}

// Locate finds the built-in model and its runtime: in explicit when that is not empty, else beside the executable, else
// in the system's folder. The folder found holds lib/ and models/. Nothing found is Unavailable and says what to do.
func Locate(explicit string) (Assets, error) {
	folders := []string{explicit}
	if explicit == "" {
		folders = []string{systemFolder}
		if executable, err := os.Executable(); err == nil {
			if resolved, err := filepath.EvalSymlinks(executable); err == nil {
				executable = resolved
			}
			folders = []string{filepath.Dir(executable), systemFolder}
		}
	}
	for _, folder := range folders {
		assets := Assets{
			Library: filepath.Join(folder, "lib", libraryName()),
			Model:   filepath.Join(folder, "models", Builtin),
		}
		if requireFile(assets.Library) == nil && requireFile(filepath.Join(assets.Model, descriptionFile)) == nil {
			return assets, nil
		}
	}
	if explicit != "" {
		return Assets{}, catalog.Errorf(catalog.Unavailable,
			"The embedding model is not in %s: lib/%s and models/%s/%s are needed there.", explicit, libraryName(), Builtin, descriptionFile)
	}
	return Assets{}, catalog.Errorf(catalog.Unavailable, "The embedding model is not installed. %s", howToGet)
}

// libraryName is the file name of the ONNX Runtime library on this system.
func libraryName() string {
	switch runtime.GOOS {
	case "windows":
		return "onnxruntime.dll"
	case "darwin":
		return "libonnxruntime.1.dylib"
	default:
		return "libonnxruntime.so.1"
	}
}

const descriptionFile = "model.json"

// description is model.json: what the weights expect and the sums of the files.
type description struct {
	Name          string               `json:"name"`
	Dimensions    int                  `json:"dimensions"`
	MaxTokens     int                  `json:"maxTokens"` // special tokens included; the rest of a text is cut off
	Pooling       string               `json:"pooling"`   // done inside the weights' graph; here for the fingerprint
	QueryPrefix   string               `json:"queryPrefix"`
	PassagePrefix string               `json:"passagePrefix"`
	Weights       string               `json:"weights"`    // file name
	Vocabulary    string               `json:"vocabulary"` // file name
	Files         map[string]fileState `json:"files"`
}

type fileState struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// readDescription reads model.json in folder and checks the sizes of the files that it names.
func readDescription(folder string) (description, error) {
	var d description
	path := filepath.Join(folder, descriptionFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return d, missing(path, err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		return d, catalog.WrapError(catalog.Corrupt, path+" is not valid JSON. "+howToGet, err)
	}
	if err := d.check(); err != nil {
		return d, catalog.WrapError(catalog.Corrupt, path+" does not describe a usable model. "+howToGet, err)
	}
	for name, want := range d.Files {
		state, err := os.Stat(d.path(folder, name))
		if err != nil {
			return d, missing(d.path(folder, name), err)
		}
		if state.Size() != want.Bytes {
			return d, catalog.Errorf(catalog.Corrupt, "%s has %d bytes and should have %d. %s",
				d.path(folder, name), state.Size(), want.Bytes, howToGet)
		}
	}
	return d, nil
}

func (d description) check() error {
	if d.Name == "" || d.Dimensions < 1 || d.Dimensions > 8192 || d.MaxTokens < 16 || d.MaxTokens > 8192 {
		return errors.New("name, dimensions or maxTokens is missing or out of range")
	}
	for _, name := range []string{d.Weights, d.Vocabulary} {
		if _, listed := d.Files[name]; !listed {
			return fmt.Errorf("files has no entry for %q", name)
		}
	}
	for name := range d.Files {
		if name != filepath.Base(name) || name == "." || name == ".." {
			return fmt.Errorf("%q is not a plain file name", name)
		}
	}
	return nil
}

func (d description) path(folder, name string) string { return filepath.Join(folder, name) }

// verify compares the sum of every file with the description's.
func (d description) verify(ctx context.Context, folder string) error {
	for name, want := range d.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		path := d.path(folder, name)
		got, err := sumOf(path)
		if err != nil {
			return missing(path, err)
		}
		if got != want.SHA256 {
			return catalog.Errorf(catalog.Corrupt, "%s is damaged: its sha256 is not the one in %s. %s", path, descriptionFile, howToGet)
		}
	}
	return nil
}

func sumOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// requireFile fails unless path is a regular file.
func requireFile(path string) error {
	state, err := os.Stat(path)
	if err != nil {
		return missing(path, err)
	}
	if !state.Mode().IsRegular() {
		return catalog.Errorf(catalog.Unavailable, "%s is not a file. %s", path, howToGet)
	}
	return nil
}

func missing(path string, err error) error {
	message := path + " cannot be read. "
	if errors.Is(err, fs.ErrNotExist) {
		message = path + " is missing. "
	}
	return catalog.WrapError(catalog.Unavailable, message+howToGet, err)
}
