package manual

import (
	"fmt"
	"io"
	"strings"
)

// Shells are those that there are completions for.
var Shells = []string{"bash", "zsh", "fish"}

// Completion writes what a shell needs to complete a command's verbs, flags and files.
func Completion(w io.Writer, shell, name string, verbs []Verb) error {
	var b strings.Builder
	switch shell {
	case "bash":
		bash(&b, name, verbs)
	case "zsh":
		zsh(&b, name, verbs)
	case "fish":
		fish(&b, name, verbs)
	default:
		return fmt.Errorf("no completion for %q: there are %s", shell, strings.Join(Shells, ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// bash: a function that is given the words of the line (bash(1), "Programmable Completion").
func bash(b *strings.Builder, name string, verbs []Verb) {
	fmt.Fprintf(b, "# bash completion of %[1]s\n_%[1]s() {\n\tlocal word=${COMP_WORDS[COMP_CWORD]} words\n", name)
	fmt.Fprintf(b, "\tif ((COMP_CWORD == 1)); then\n\t\tCOMPREPLY=($(compgen -W '%s' -- \"$word\"))\n\t\treturn\n\tfi\n", strings.Join(names(verbs), " "))
	b.WriteString("\tcase ${COMP_WORDS[1]} in\n")
	fmt.Fprintf(b, "\thelp) words='%s' ;;\n", strings.Join(names(verbs), " "))
	for _, v := range verbs {
		fmt.Fprintf(b, "\t%s) words='%s' ;;\n", v.Name, strings.Join(dashed(v.Flags), " "))
	}
	b.WriteString("\tesac\n\tif [[ $word == -* || ${COMP_WORDS[1]} == help ]]; then\n\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n\telse\n")
	fmt.Fprintf(b, "\t\tcompopt -o filenames 2>/dev/null\n\t\tCOMPREPLY=($(compgen -f -- \"$word\"))\n\tfi\n}\ncomplete -F _%[1]s %[1]s\n", name)
}

// zsh: _arguments of each verb (zshcompsys(1)).
func zsh(b *strings.Builder, name string, verbs []Verb) {
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
	// What has a meaning within the brackets of _arguments.
	plain := strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, ":", `\:`)
	fmt.Fprintf(b, "#compdef %[1]s\n_%[1]s() {\n\tlocal -a verbs\n\tverbs=(\n", name)
	for _, v := range verbs {
		fmt.Fprintf(b, "\t\t%s\n", quote(v.Name+":"+strings.ReplaceAll(v.Summary, ":", `\:`)))
	}
	b.WriteString("\t)\n\tif ((CURRENT == 2)); then\n\t\t_describe command verbs\n\t\treturn\n\tfi\n\tlocal verb=$words[2]\n\tshift words\n\t((CURRENT--))\n\tcase $verb in\n\thelp) _describe command verbs ;;\n")
	for _, v := range verbs {
		fmt.Fprintf(b, "\t%s) _arguments", v.Name)
		for _, f := range v.Flags {
			spec := "*--" + f.Name + "[" + plain.Replace(f.Usage) + "]"
			if f.Value != "" {
				spec += ":" + plain.Replace(f.Value) + ":_files"
			}
			fmt.Fprintf(b, " \\\n\t\t%s", quote(spec))
		}
		b.WriteString(" \\\n\t\t'*:file:_files' ;;\n")
	}
	fmt.Fprintf(b, "\tesac\n}\nif [[ $zsh_eval_context[-1] == loadautofunc ]]; then _%[1]s \"$@\"; else compdef _%[1]s %[1]s; fi\n", name)
}

// fish: a line for each verb and flag (fish's complete(1)).
func fish(b *strings.Builder, name string, verbs []Verb) {
	quote := func(s string) string { return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'" }
	fmt.Fprintf(b, "# fish completion of %s\n", name)
	for _, v := range verbs {
		fmt.Fprintf(b, "complete -c %s -n __fish_use_subcommand -f -a %s -d %s\n", name, v.Name, quote(v.Summary))
		fmt.Fprintf(b, "complete -c %s -n '__fish_seen_subcommand_from help' -f -a %s\n", name, v.Name)
		for _, f := range v.Flags {
			takes := ""
			if f.Value != "" {
				takes = " -r"
			}
			fmt.Fprintf(b, "complete -c %s -n '__fish_seen_subcommand_from %s' -l %s%s -d %s\n", name, v.Name, f.Name, takes, quote(f.Usage))
		}
	}
}

func names(verbs []Verb) (list []string) {
	for _, v := range verbs {
		list = append(list, v.Name)
	}
	return list
}

func dashed(flags []Flag) (list []string) {
	for _, f := range flags {
		list = append(list, "--"+f.Name)
	}
	return list
}
