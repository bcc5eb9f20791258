package cli

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/sheafdocs/sheaf/app/config"
)

// command is one entry of the table.
type command struct {
	name    string // one or two words
	args    string // as help shows them
	least   int    // arguments
	most    int    // -1: any number
	summary string // one line
	about   string // the rest of the help: what it does, and examples
	bare    bool   // works without any configuration
	define  func(*pflag.FlagSet)
	run     func(ctx context.Context, c *call) error
}

// optionSet is what was given on the command line.
type optionSet struct{ *pflag.FlagSet }

func (o optionSet) text(name string) string {
	s, _ := o.GetString(name) // the name is in the command's own definition
	return s
}

func (o optionSet) list(name string) []string {
	l, _ := o.GetStringArray(name)
	return l
}

func (o optionSet) flag(name string) bool {
	b, _ := o.GetBool(name)
	return b
}

func (o optionSet) number(name string) int {
	n, _ := o.GetInt(name)
	return n
}

// everywhere are the options that every command takes.
func everywhere(fs *pflag.FlagSet) {
	config.AddOptions(fs, "data", "models", "no-model", "config")
	fs.Bool("json", false, "one JSON document on standard output")
	fs.BoolP("help", "h", false, "help for the command")
}

func newSet() *pflag.FlagSet {
	fs := pflag.NewFlagSet("sheaf", pflag.ContinueOnError)
	fs.SortFlags = false
	fs.SetOutput(io.Discard)
	return fs
}

// optionsOf is the set of one command.
func optionsOf(c command) *pflag.FlagSet {
	fs := newSet()
	if c.define != nil {
		c.define(fs)
	}
	everywhere(fs)
	return fs
}

// allOptions is the union over all commands. It tells which options take a value, and so which words are commands and
// arguments, before the command is known. An option has the same kind in every command that has it (a test holds that).
func allOptions(commands []command) *pflag.FlagSet {
	fs := newSet()
	everywhere(fs)
	fs.Bool("version", false, "")
	for _, c := range commands {
		optionsOf(c).VisitAll(func(f *pflag.Flag) {
			if fs.Lookup(f.Name) == nil {
				again := *f
				fs.AddFlag(&again)
			}
		})
	}
	return fs
}

// parse finds the command and its options. Help and window are commands too.
func (p *Program) parse(args []string) (*call, error) {
	commands := table()
	first := allOptions(commands)
	if err := first.Parse(args); err != nil {
		return nil, optionError(err, "sheaf help")
	}
	words := first.Args()
	wantsHelp, _ := first.GetBool("help")
	wantsVersion, _ := first.GetBool("version")
	switch {
	case wantsVersion && len(words) == 0:
		found, _, err := find(commands, []string{"version"})
		if err != nil {
			return nil, err
		}
		args = slices.DeleteFunc(slices.Clone(args), func(s string) bool { return s == "--version" })
		return p.prepare(found, args, 0)
	case len(words) == 0 && !wantsHelp && p.Window != nil:
		return p.prepare(windowCommand(), args, 0)
	case len(words) == 0:
		return &call{Program: p, command: helpCommand(commands, nil, wantsHelp)}, nil
	case words[0] == "help":
		return &call{Program: p, command: helpCommand(commands, words[1:], true)}, nil
	case wantsHelp:
		return &call{Program: p, command: helpCommand(commands, words, true)}, nil
	}
	found, used, err := find(commands, words)
	if err != nil {
		return nil, err
	}
	return p.prepare(found, args, used)
}

// prepare reads the command's own options, its arguments and the configuration.
func (p *Program) prepare(found command, args []string, used int) (*call, error) {
	fs := optionsOf(found)
	if err := fs.Parse(args); err != nil {
		return nil, optionError(err, "sheaf help "+found.name)
	}
	rest := fs.Args()[used:]
	switch {
	case len(rest) < found.least:
		return nil, usage("%s needs %s; see \"sheaf help %s\".", found.name, found.args, found.name)
	case found.most >= 0 && len(rest) > found.most:
		return nil, usage("%s takes no argument %q; see \"sheaf help %s\".", found.name, clean(rest[found.most]), found.name)
	}
	cfg, err := config.Resolve(fs, p.Env)
	if err != nil && !found.bare {
		return nil, usage("%s", err.Error())
	}
	cfg.Version = p.Version
	set := optionSet{fs}
	return &call{Program: p, command: found, options: set, args: rest, cfg: cfg, json: set.flag("json")}, nil
}

// find returns the command that words begin with, and how many of them are its name.
func find(commands []command, words []string) (command, int, error) {
	for used := min(2, len(words)); used > 0; used-- {
		name := strings.Join(words[:used], " ")
		for _, c := range commands {
			if c.name == name {
				return c, used, nil
			}
		}
	}
	if inside := group(commands, words[0]); len(inside) > 0 {
		return command{}, 0, usage("say what to do: %s.", strings.Join(inside, ", "))
	}
	return command{}, 0, usage("there is no command %q; \"sheaf help\" lists them.", clean(words[0]))
}

// group lists the commands whose first word is word.
func group(commands []command, word string) []string {
	var names []string
	for _, c := range commands {
		if strings.HasPrefix(c.name, word+" ") {
			names = append(names, "sheaf "+c.name)
		}
	}
	return names
}

// optionError says what is wrong with an option in a sentence of ours.
func optionError(err error, help string) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name := "--" + unknown.GetSpecifiedName()
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			name = "-" + short
		}
		return usage("there is no option %s here; see %q, and put -- before words that begin with a dash.", clean(name), help)
	}
	if lacking, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return usage("the option --%s needs a value.", lacking.GetFlag().Name)
	}
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return usage("the option --%s cannot be %q.", bad.GetFlag().Name, clean(bad.GetValue()))
	}
	return usage("%s; see %q.", clean(err.Error()), help)
}
