package main

import (
	"cmp"
	"flag"
	"strings"

	"shokyo.dev/shokyo/internal/manual"
)

// manualVerbs are the verbs as --help has them: each is asked for its help, and hands over what it would print.
func manualVerbs() (list []manual.Verb) {
	for _, v := range verbs() {
		p := &program{describe: func(fs *flag.FlagSet, help string) {
			list = append(list, manual.Verb{Name: v.name, Args: v.args, Summary: v.summary, Text: help, Flags: manual.FlagsOf(fs)})
		}}
		v.run(p, []string{"--help"})
	}
	return list
}

// helpFor is shokyo help --man and help --completion SHELL: for who packs the program.
func (p *program) helpFor(what string, args []string) (int, error) {
	switch {
	case what == "--man" && len(args) == 0:
		page := &manual.Page{Name: "shokyo", Summary: inOneLine, Version: strings.TrimPrefix(version, "v"), Text: introduction, Status: exitStatuses}
		return exitOK, manual.Man(p.stdout, page, manualVerbs())
	case what == "--completion" && len(args) == 1:
		if err := manual.Completion(p.stdout, args[0], "shokyo", manualVerbs()); err != nil {
			return exitUsage, usagef("%v", err)
		}
		return exitOK, nil
	case what == "--completion":
		return exitUsage, usagef("--completion takes a shell: %s", strings.Join(manual.Shells, ", "))
	}
	return exitUsage, usagef("%s: help takes a command, --man, or --completion SHELL", cmp.Or(strings.Join(append([]string{what}, args...), " "), what))
}
