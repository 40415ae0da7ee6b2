package program

import (
	"os"
	"slices"
	"strings"
)

// inherited are the names of the environment that every program gets: what it
// needs to find and start things, and nothing that may be secret.
var inherited = []string{
	"PATH", "HOME", "LANG", "LANGUAGE", "TMPDIR", "TZ", "USER", "LOGNAME", "SHELL",
	// of Windows
	"SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA",
}

// environment returns what is inherited of this environment, with the locale
// and the names in more.
func environment(more []string) []string {
	env := []string{} // not nil: that would be all
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if slices.Contains(inherited, name) || strings.HasPrefix(name, "LC_") || slices.Contains(more, name) {
			env = append(env, entry)
		}
	}
	return env
}
