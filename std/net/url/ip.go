package url

import (
	"errors"
	"strconv"
	"strings"
)

// quote writes s as a Go literal, as messages show it.
func quote(s string) string { return strconv.Quote(s) }

// checkIPv6 says what is wrong with what stands between the brackets of a host.
func checkIPv6(s string) error {
	problem, at := "unable to parse IP", ""
	if i := strings.IndexAny(s, ".:%"); i >= 0 {
		switch s[i] {
		case '.':
			if problem, at = ipv4(s); problem == "" {
				return errors.New("invalid IP-literal")
			}
		case ':':
			problem, at = ipv6(s)
		case '%':
			problem = "missing IPv6 address"
		}
	}
	if problem == "" {
		return nil
	}
	text := "invalid host: ParseAddr(" + quote(s) + "): " + problem
	if at != "" {
		text += " (at " + quote(at) + ")"
	}
	return errors.New(text)
}

// ipv4 says what is wrong with four numbers with dots, and where.
func ipv4(s string) (problem, at string) {
	fields := 0
	value, digits := 0, 0
	for i := range len(s) {
		c := s[i]
		switch {
		case '0' <= c && c <= '9':
			if digits == 1 && value == 0 {
				return "IPv4 field has octet with leading zero", ""
			}
			value = value*10 + int(c-'0')
			digits++
			if value > 255 {
				return "IPv4 field has value >255", ""
			}
		case c == '.':
			if i == 0 || i == len(s)-1 || s[i-1] == '.' {
				return "IPv4 field must have at least one digit", s[i:]
			}
			if fields == 3 {
				return "IPv4 address too long", ""
			}
			fields++
			value, digits = 0, 0
		default:
			return "unexpected character", s[i:]
		}
	}
	if fields < 3 {
		return "IPv4 address too short", ""
	}
	return "", ""
}

// ipv6 says what is wrong with up to eight groups with colons, and where.
func ipv6(s string) (problem, at string) {
	s, zone, hasZone := strings.Cut(s, "%")
	if hasZone && zone == "" {
		return "zone must be a non-empty string", ""
	}
	groups, gap := 0, false // gap: two colons stand for groups of zeros
	if strings.HasPrefix(s, "::") {
		gap = true
		s = s[2:]
	}
	for s != "" && groups < 8 {
		n := 0
		for n < len(s) && isHex(s[n]) {
			n++
		}
		if n > 4 {
			return "each group must have 4 or less digits", s
		}
		if n == 0 {
			return "each colon-separated field must have at least one digit", s
		}
		if n < len(s) && s[n] == '.' {
			// the last two groups as in IPv4
			if !gap && groups != 6 {
				return "embedded IPv4 address must replace the final 2 fields of the address", s
			}
			if groups > 6 {
				return "too many hex fields to fit an embedded IPv4 at the end of the address", s
			}
			if problem, at := ipv4(s); problem != "" {
				return problem, at
			}
			groups += 2
			s = ""
			break
		}
		groups++
		s = s[n:]
		if s == "" {
			break
		}
		if s[0] != ':' {
			return "unexpected character, want colon", s
		}
		if len(s) == 1 {
			return "colon must be followed by more characters", s
		}
		s = s[1:]
		if s[0] == ':' {
			if gap {
				return "multiple :: in address", s
			}
			gap = true
			s = s[1:]
		}
	}
	switch {
	case s != "":
		return "trailing garbage after address", s
	case groups < 8 && !gap:
		return "address string too short", ""
	case groups == 8 && gap:
		return "the :: must expand to at least one field of zeros", ""
	}
	return "", ""
}
