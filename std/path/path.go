// Package path works on paths whose parts are separated by slashes, as in addresses
// of pages and names of packages.
package path

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// ErrBadPattern says that a pattern is malformed.
var ErrBadPattern = errors.New("syntax error in pattern")

// Clean returns the shortest path that means the same: without doubled slashes,
// without "." and, where something stands before it, "..". The empty path is ".".
func Clean(path string) string {
	rooted := path != "" && path[0] == '/'
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		switch {
		case part == "" || part == ".":
		case part != "..":
			parts = append(parts, part)
		case len(parts) > 0 && parts[len(parts)-1] != "..":
			parts = parts[:len(parts)-1]
		case !rooted:
			parts = append(parts, part)
		}
	}
	clean := strings.Join(parts, "/")
	if rooted {
		return "/" + clean
	}
	if clean == "" {
		return "."
	}
	return clean
}

// Split cuts a path behind its last slash: dir+file is path.
func Split(path string) (dir, file string) {
	i := strings.LastIndexByte(path, '/') + 1
	return path[:i], path[i:]
}

// Join puts a slash between the parts that are not empty and cleans the result. It
// is empty if all parts are.
func Join(elem ...string) string {
	var parts []string
	for _, e := range elem {
		if e != "" {
			parts = append(parts, e)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return Clean(strings.Join(parts, "/"))
}

// Ext returns what follows the last dot of the last part, the dot included; nothing
// if there is none.
func Ext(path string) string {
	_, file := Split(path)
	i := strings.LastIndexByte(file, '.')
	if i < 0 {
		return ""
	}
	return file[i:]
}

// Base returns the last part. It is "." of the empty path and "/" of slashes only.
func Base(path string) string {
	if path == "" {
		return "."
	}
	trimmed := strings.TrimRight(path, "/")
	if trimmed == "" {
		return "/"
	}
	_, file := Split(trimmed)
	return file
}

// IsAbs reports whether the path begins with a slash.
func IsAbs(path string) bool { return path != "" && path[0] == '/' }

// Dir returns all but the last part, cleaned.
func Dir(path string) string {
	dir, _ := Split(path)
	return Clean(dir)
}

// Match reports whether the whole of name matches the pattern. In it, * stands for
// any characters but slashes, ? for one of them, [a-z] for one in a class and [^a-z]
// for one outside it; a backslash takes the character behind it literally. The only
// error is ErrBadPattern.
func Match(pattern, name string) (matched bool, err error) {
	// where to go on after a star that took too little
	starPattern, starName := -1, 0
	p, n := 0, 0
	for n < len(name) || p < len(pattern) {
		if p < len(pattern) && pattern[p] == '*' {
			starPattern, starName = p, n
			p++
			continue
		}
		if p < len(pattern) && n < len(name) {
			width, next, ok, err := one(pattern[p:], name[n:])
			if err != nil {
				return false, err
			}
			if ok {
				p += next
				n += width
				continue
			}
		}
		if starPattern >= 0 && starName < len(name) && name[starName] != '/' {
			starName++
			p, n = starPattern+1, starName
			continue
		}
		return false, check(pattern[p:])
	}
	return true, nil
}

// one matches one character of name with the first step of the pattern, which is no
// star: how many bytes of name and of the pattern that takes.
func one(pattern, name string) (width, next int, ok bool, err error) {
	c, width := utf8.DecodeRuneInString(name)
	switch pattern[0] {
	case '?':
		return width, 1, c != '/', nil
	case '[':
		next, ok, err = class(pattern, c)
		return width, next, ok, err
	case '\\':
		if len(pattern) < 2 {
			return 0, 0, false, ErrBadPattern
		}
		return 1, 2, pattern[1] == name[0], nil
	}
	return 1, 1, pattern[0] == name[0], nil
}

// class matches c with a class in brackets, and says how long that is.
func class(pattern string, c rune) (next int, ok bool, err error) {
	i := 1
	negated := i < len(pattern) && pattern[i] == '^'
	if negated {
		i++
	}
	for first := true; ; first = false {
		if !first && i < len(pattern) && pattern[i] == ']' {
			return i + 1, ok != negated, nil
		}
		low, n, err := member(pattern[i:])
		if err != nil {
			return 0, false, err
		}
		i += n
		high := low
		if i < len(pattern) && pattern[i] == '-' {
			high, n, err = member(pattern[i+1:])
			if err != nil {
				return 0, false, err
			}
			i += n + 1
		}
		if low <= c && c <= high {
			ok = true
		}
	}
}

// member reads a character of a class; something must follow it.
func member(pattern string) (c rune, n int, err error) {
	escaped := 0
	if pattern == "" || pattern[0] == '-' || pattern[0] == ']' {
		return 0, 0, ErrBadPattern
	}
	if pattern[0] == '\\' {
		escaped = 1
		if len(pattern) == 1 {
			return 0, 0, ErrBadPattern
		}
	}
	c, n = utf8.DecodeRuneInString(pattern[escaped:])
	if c == utf8.RuneError && n == 1 || escaped+n == len(pattern) {
		return 0, 0, ErrBadPattern
	}
	return c, escaped + n, nil
}

// check says whether the rest of a pattern is well formed.
func check(pattern string) error {
	for i := 0; i < len(pattern); {
		switch pattern[i] {
		case '[':
			n, _, err := class(pattern[i:], 0)
			if err != nil {
				return err
			}
			i += n
		case '\\':
			if i+1 == len(pattern) {
				return ErrBadPattern
			}
			i += 2
		default:
			i++
		}
	}
	return nil
}
