package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// gather returns the text of every setting, "" where none is given.
func gather(options *pflag.FlagSet, env func(string) string) (map[string]string, error) {
	values := map[string]string{}
	for _, s := range settings {
		values[s.name] = env(s.env)
		if o := options.Lookup(s.name); o != nil && o.Changed {
			values[s.name] = o.Value.String()
		}
	}
	file, named := values["config"], true
	if file == "" {
		named = false
		dir := configHome(env)
		if dir == "" {
			return values, nil
		}
		file = filepath.Join(dir, "sheaf", "config.json")
	}
	fromFile, err := readFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return values, nil
	case err != nil:
		return nil, &Error{"The settings file " + file + " cannot be used: " + err.Error() + "."}
	}
	for name, value := range fromFile {
		if values[name] == "" {
			values[name] = value
		}
	}
	return values, nil
}

// readFile reads a settings file; values may be texts, numbers or booleans.
func readFile(name string) (map[string]string, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var members map[string]any
	if err := json.Unmarshal(raw, &members); err != nil {
		return nil, fmt.Errorf("it is not a JSON object (%w)", err)
	}
	values := map[string]string{}
	for key, value := range members {
		if !known(key) {
			return nil, fmt.Errorf("it sets %q, which Sheaf does not know", key)
		}
		values[key] = fmt.Sprint(value)
	}
	return values, nil
}

func known(name string) bool {
	for _, s := range settings {
		if s.name == name {
			return name != "config"
		}
	}
	return false
}

func truth(name, text string) (bool, error) {
	if text == "" {
		return false, nil
	}
	b, err := strconv.ParseBool(text)
	if err != nil {
		return false, &Error{"--" + name + " is either true or false; got " + text + "."}
	}
	return b, nil
}

// size reads a number of bytes: a whole number with MB, GB, or nothing for bytes.
func size(name, text string) (*int64, error) {
	if text == "" {
		return nil, nil
	}
	number, unit := strings.TrimSpace(text), int64(1)
	for suffix, bytes := range map[string]int64{"MB": 1 << 20, "GB": 1 << 30} {
		if cut, has := strings.CutSuffix(strings.ToUpper(number), suffix); has {
			number, unit = strings.TrimSpace(cut), bytes
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/unit {
		return nil, &Error{"--" + name + " is a size such as 500MB or 2GB; got " + text + "."}
	}
	n *= unit
	return &n, nil
}

// defaultDataDir is the place for a person's application data on this platform, with sheaf below it.
func defaultDataDir(env func(string) string) (string, error) {
	if dir := env("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "sheaf"), nil
	}
	if dir := env("LocalAppData"); runtime.GOOS == "windows" && dir != "" {
		return filepath.Join(dir, "Sheaf"), nil
	}
	home := env("HOME")
	if runtime.GOOS == "windows" {
		home = env("USERPROFILE")
	}
	switch {
	case home == "":
		return "", &Error{"There is no home directory to keep the data in; say where with --data DIR or SHEAF_DATA."}
	case runtime.GOOS == "darwin":
		return filepath.Join(home, "Library", "Application Support", "Sheaf"), nil
	}
	return filepath.Join(home, ".local", "share", "sheaf"), nil
}

// configHome is where settings files lie; "" when it cannot be said.
func configHome(env func(string) string) string {
	if dir := env("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return dir
	}
	if dir := env("AppData"); runtime.GOOS == "windows" {
		return dir
	}
	home := env("HOME")
	switch {
	case home == "":
		return ""
	case runtime.GOOS == "darwin":
		return filepath.Join(home, "Library", "Application Support")
	}
	return filepath.Join(home, ".config")
}
