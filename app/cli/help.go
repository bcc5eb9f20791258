package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// helpCommand prints help for the command, or the group of commands, that words name; for the program without words.
// It ends with the usage code when help was not asked for.
func helpCommand(commands []command, words []string, asked bool) command {
	return command{name: "help", run: func(_ context.Context, c *call) error {
		text, err := helpFor(commands, words)
		if err != nil {
			return err
		}
		fmt.Fprint(c.Out, text)
		if !asked {
			return &exitError{code: exitUsage}
		}
		return nil
	}}
}

func helpFor(commands []command, words []string) (string, error) {
	if len(words) == 0 {
		return overview(commands), nil
	}
	if found, _, err := find(commands, words); err == nil {
		return commandHelp(found), nil
	}
	if len(group(commands, words[0])) > 0 {
		return groupHelp(commands, words[0]), nil
	}
	_, _, err := find(commands, words)
	return "", err
}

func overview(commands []command) string {
	var b strings.Builder
	b.WriteString("Sheaf turns folders into workspaces that can be searched and asked, on this machine alone.\n\nUsage: sheaf COMMAND [OPTIONS]\n\nCommands:\n")
	listCommands(&b, commands, func(command) bool { return true })
	b.WriteString("\nOptions for every command:\n")
	fs := newSet()
	everywhere(fs)
	listOptions(&b, fs)
	b.WriteString(`
Options stand anywhere; -- ends them. "sheaf help COMMAND" tells more.

Start:
  sheaf folder add ~/Documents
  sheaf wait
  sheaf ask "When does the lease end?"

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 timed out or still pending, 4 not found, 5 denied.
`)
	return b.String()
}

func groupHelp(commands []command, word string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: sheaf %s COMMAND [OPTIONS]\n\nCommands:\n", word)
	listCommands(&b, commands, func(c command) bool { return strings.HasPrefix(c.name, word+" ") })
	fmt.Fprintf(&b, "\n\"sheaf help %s COMMAND\" tells more.\n", word)
	return b.String()
}

func commandHelp(c command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s.\n\nUsage: sheaf %s\n\n%s\n", capital(c.summary), strings.Join(strings.Fields(c.name+" "+c.args+" [OPTIONS]"), " "), c.about)
	if c.define != nil {
		own := newSet()
		c.define(own)
		b.WriteString("\nOptions:\n")
		listOptions(&b, own)
	}
	b.WriteString("\nOptions for every command:\n")
	fs := newSet()
	everywhere(fs)
	listOptions(&b, fs)
	return b.String()
}

func listCommands(b *strings.Builder, commands []command, want func(command) bool) {
	for _, c := range commands {
		if want(c) {
			fmt.Fprintf(b, "  %-26s %s\n", strings.TrimSpace(c.name+" "+c.args), c.summary)
		}
	}
}

func listOptions(b *strings.Builder, fs *pflag.FlagSet) {
	fs.VisitAll(func(f *pflag.Flag) {
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if f.Value.Type() != "bool" {
			name += " " + value
			usage = strings.TrimPrefix(usage, value+" ")
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
			usage += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(b, "  %-26s %s\n", name, usage)
	})
}
