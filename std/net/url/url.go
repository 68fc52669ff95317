// Package url reads and writes addresses of the web, such as those of pages and of
// content on IPFS. It only works on text: nothing is fetched.
package url

import (
	"errors"
	"path"
	"strings"
)

// Error says what was done with which address, and what went wrong.
type Error struct {
	Op  string
	URL string
	Err error
}

// Unwrap returns what went wrong.
func (e *Error) Unwrap() error { return e.Err }

func (e *Error) Error() string { return e.Op + " " + quote(e.URL) + ": " + e.Err.Error() }

// URL is an address: scheme:opaque?query#fragment, or
// scheme://user@host/path?query#fragment.
type URL struct {
	Scheme      string
	Opaque      string    // what follows the scheme if that is no slash
	User        *Userinfo // nil if there is none
	Host        string    // host, or host:port
	Path        string    // unescaped
	RawPath     string    // as it was written, if that isn't the usual way; see EscapedPath
	ForceQuery  bool      // a ? stands there even without a query
	RawQuery    string    // without ?
	Fragment    string    // unescaped, without #
	RawFragment string    // as it was written, if that isn't the usual way
	OmitHost    bool      // no // where the host is empty
}

// Userinfo is a name, perhaps with a password, before the host. A password in an
// address is no secret.
type Userinfo struct {
	name        string
	password    string
	hasPassword bool
}

// User returns a Userinfo without password.
func User(username string) *Userinfo { return &Userinfo{username, "", false} }

// UserPassword returns a Userinfo with a password.
func UserPassword(username, password string) *Userinfo { return &Userinfo{username, password, true} }

// Username returns the name.
func (u *Userinfo) Username() string {
	if u == nil {
		return ""
	}
	return u.name
}

// Password returns the password, and whether there is one.
func (u *Userinfo) Password() (string, bool) {
	if u == nil {
		return "", false
	}
	return u.password, u.hasPassword
}

// String returns it as it stands in an address.
func (u *Userinfo) String() string {
	if u == nil || u.name == "" && u.password == "" && !u.hasPassword {
		return ""
	}
	s := escape(u.name, inUser)
	if u.hasPassword {
		s += ":" + escape(u.password, inUser)
	}
	return s
}

// Parse reads an address, whole or relative. Its error is an *Error.
//
// Example: Parse("https://example.org/a?b=c#d")
func Parse(rawURL string) (*URL, error) {
	rest, fragment, _ := strings.Cut(rawURL, "#")
	u, err := parse(rest, false)
	if err != nil {
		return nil, &Error{"parse", rest, err}
	}
	if fragment == "" {
		return u, nil
	}
	if err := u.setFragment(fragment); err != nil {
		return nil, &Error{"parse", rawURL, err}
	}
	return u, nil
}

// ParseRequestURI reads an address as it stands in a request: whole, or a path from
// the root, and without fragment.
func ParseRequestURI(rawURL string) (*URL, error) {
	u, err := parse(rawURL, true)
	if err != nil {
		return nil, &Error{"parse", rawURL, err}
	}
	return u, nil
}

// scheme cuts off the scheme, if there is one.
func scheme(raw string) (name, rest string, err error) {
	for i := range len(raw) {
		c := raw[i]
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
		case '0' <= c && c <= '9' || c == '+' || c == '-' || c == '.':
			if i == 0 {
				return "", raw, nil
			}
		case c == ':':
			if i == 0 {
				return "", "", errors.New("missing protocol scheme")
			}
			return raw[:i], raw[i+1:], nil
		default:
			return "", raw, nil
		}
	}
	return "", raw, nil
}

func parse(raw string, request bool) (*URL, error) {
	for i := range len(raw) {
		if raw[i] < ' ' || raw[i] == 0x7f {
			return nil, errors.New("net/url: invalid control character in URL")
		}
	}
	if raw == "" && request {
		return nil, errors.New("empty url")
	}
	u := new(URL)
	if raw == "*" {
		u.Path = "*"
		return u, nil
	}
	name, rest, err := scheme(raw)
	if err != nil {
		return nil, err
	}
	u.Scheme = strings.ToLower(name)
	if strings.HasSuffix(rest, "?") && strings.Count(rest, "?") == 1 {
		u.ForceQuery = true
		rest = rest[:len(rest)-1]
	} else {
		rest, u.RawQuery, _ = strings.Cut(rest, "?")
	}
	if !strings.HasPrefix(rest, "/") {
		if u.Scheme != "" {
			u.Opaque = rest
			return u, nil
		}
		if request {
			return nil, errors.New("invalid URI for request")
		}
		// a:b is no relative path, for a would be the scheme
		if segment, _, _ := strings.Cut(rest, "/"); strings.Contains(segment, ":") {
			return nil, errors.New("first path segment in URL cannot contain colon")
		}
	}
	if (u.Scheme != "" || !request && !strings.HasPrefix(rest, "///")) && strings.HasPrefix(rest, "//") {
		authority := rest[2:]
		rest = ""
		if i := strings.IndexByte(authority, '/'); i >= 0 {
			authority, rest = authority[:i], authority[i:]
		}
		u.User, u.Host, err = readAuthority(u.Scheme, authority)
		if err != nil {
			return nil, err
		}
	} else if u.Scheme != "" && strings.HasPrefix(rest, "/") {
		u.OmitHost = true
	}
	if err := u.setPath(rest); err != nil {
		return nil, err
	}
	return u, nil
}

func readAuthority(scheme, authority string) (user *Userinfo, host string, err error) {
	i := strings.LastIndex(authority, "@")
	host, err = readHost(scheme, authority[i+1:])
	if err != nil || i < 0 {
		return nil, host, err
	}
	info := authority[:i]
	for j := range len(info) {
		c := info[j]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && strings.IndexByte("-._:~!$&'()*+,;=%@", c) < 0 {
			return nil, "", errors.New("net/url: invalid userinfo")
		}
	}
	name, password, has := strings.Cut(info, ":")
	if name, err = unescape(name, inUser); err != nil {
		return nil, "", err
	}
	if !has {
		return User(name), host, nil
	}
	if password, err = unescape(password, inUser); err != nil {
		return nil, "", err
	}
	return UserPassword(name, password), host, nil
}

func validPort(port string) bool {
	if port == "" {
		return true
	}
	if port[0] != ':' {
		return false
	}
	for _, c := range port[1:] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func readHost(scheme, host string) (string, error) {
	open := strings.LastIndex(host, "[")
	if open > 0 {
		return "", errors.New("invalid IP-literal")
	}
	if open < 0 {
		i := strings.LastIndex(host, ":")
		if scheme == "http" || scheme == "https" {
			// elsewhere lists of hosts are known to stand here
			i = strings.Index(host, ":")
		}
		if i >= 0 && !validPort(host[i:]) {
			return "", errors.New("invalid port " + quote(host[i:]) + " after host")
		}
		return unescape(host, inHost)
	}
	end := strings.LastIndex(host, "]")
	if end < 0 {
		return "", errors.New("missing ']' in host")
	}
	port := host[end+1:]
	if !validPort(port) {
		return "", errors.New("invalid port " + quote(port) + " after host")
	}
	address, zone := host[1:end], ""
	if i := strings.Index(address, "%25"); i >= 0 {
		address, zone = address[:i], address[i:]
	}
	address, err := unescape(address, inHost)
	if err != nil {
		return "", err
	}
	zone, err = unescape(zone, inZone)
	if err != nil {
		return "", err
	}
	if err := checkIPv6(address + zone); err != nil {
		return "", err
	}
	return "[" + address + zone + "]" + port, nil
}

func (u *URL) setPath(p string) error {
	text, err := unescape(p, inPath)
	if err != nil {
		return err
	}
	u.Path, u.RawPath = text, ""
	if escape(text, inPath) != p {
		u.RawPath = p
	}
	return nil
}

func (u *URL) setFragment(f string) error {
	text, err := unescape(f, inFragment)
	if err != nil {
		return err
	}
	u.Fragment, u.RawFragment = text, ""
	if escape(text, inFragment) != f {
		u.RawFragment = f
	}
	return nil
}

// wellEscaped reports whether s can stand in a part as it is.
func wellEscaped(s string, in part) bool {
	for i := range len(s) {
		c := s[i]
		if c == '%' || c == '[' || c == ']' || strings.IndexByte("!$&'()*+,;=:@", c) >= 0 {
			continue
		}
		if mustEscape(c, in) {
			return false
		}
	}
	return true
}

// EscapedPath returns the path as it stands in the address: RawPath, if that is a way
// to write Path.
func (u *URL) EscapedPath() string {
	if u.RawPath != "" && wellEscaped(u.RawPath, inPath) {
		if p, err := unescape(u.RawPath, inPath); err == nil && p == u.Path {
			return u.RawPath
		}
	}
	if u.Path == "*" {
		return "*"
	}
	return escape(u.Path, inPath)
}

// EscapedFragment returns the fragment as it stands in the address.
func (u *URL) EscapedFragment() string {
	if u.RawFragment != "" && wellEscaped(u.RawFragment, inFragment) {
		if f, err := unescape(u.RawFragment, inFragment); err == nil && f == u.Fragment {
			return u.RawFragment
		}
	}
	return escape(u.Fragment, inFragment)
}

// String puts the address together.
func (u *URL) String() string {
	var b strings.Builder
	if u.Scheme != "" {
		b.WriteString(u.Scheme)
		b.WriteByte(':')
	}
	if u.Opaque != "" {
		b.WriteString(u.Opaque)
	} else {
		if u.Scheme != "" || u.Host != "" || u.User != nil {
			if u.OmitHost && u.Host == "" && u.User == nil {
				// nothing stands there
			} else {
				if u.Host != "" || u.Path != "" || u.User != nil {
					b.WriteString("//")
				}
				if u.User != nil {
					b.WriteString(u.User.String())
					b.WriteByte('@')
				}
				b.WriteString(escape(u.Host, inHost))
			}
		}
		p := u.EscapedPath()
		if u.OmitHost && u.Host == "" && u.User == nil && strings.HasPrefix(p, "//") {
			p = "%2F" + p[1:] // what follows must not look like a host
		}
		if p != "" && p[0] != '/' && u.Host != "" {
			b.WriteByte('/')
		}
		if b.Len() == 0 {
			if segment, _, _ := strings.Cut(p, "/"); strings.Contains(segment, ":") {
				b.WriteString("./")
			}
		}
		b.WriteString(p)
	}
	if u.ForceQuery || u.RawQuery != "" {
		b.WriteByte('?')
		b.WriteString(u.RawQuery)
	}
	if u.Fragment != "" {
		b.WriteByte('#')
		b.WriteString(u.EscapedFragment())
	}
	return b.String()
}

// Redacted is String with xxxxx for a password.
func (u *URL) Redacted() string {
	if u == nil {
		return ""
	}
	c := *u
	if _, has := c.User.Password(); has {
		c.User = UserPassword(c.User.Username(), "xxxxx")
	}
	return c.String()
}

// Query returns the values of the query; what is malformed in it is left out.
func (u *URL) Query() Values {
	v, _ := ParseQuery(u.RawQuery)
	return v
}

// RequestURI returns path and query as they stand in a request.
func (u *URL) RequestURI() string {
	s := u.Opaque
	if s == "" {
		s = u.EscapedPath()
		if s == "" {
			s = "/"
		}
	} else if strings.HasPrefix(s, "//") {
		s = u.Scheme + ":" + s
	}
	if u.ForceQuery || u.RawQuery != "" {
		s += "?" + u.RawQuery
	}
	return s
}

// IsAbs reports whether there is a scheme.
func (u *URL) IsAbs() bool { return u.Scheme != "" }

// Hostname returns the host without port, an IPv6 address without brackets.
func (u *URL) Hostname() string {
	name, _ := splitPort(u.Host)
	return name
}

// Port returns the port, or nothing.
func (u *URL) Port() string {
	_, port := splitPort(u.Host)
	return port
}

func splitPort(hostPort string) (host, port string) {
	host = hostPort
	if i := strings.LastIndexByte(host, ':'); i >= 0 && validPort(host[i:]) {
		host, port = host[:i], host[i+1:]
	}
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	return host, port
}

// Parse reads an address that may be relative to u.
func (u *URL) Parse(ref string) (*URL, error) {
	r, err := Parse(ref)
	if err != nil {
		return nil, err
	}
	return u.ResolveReference(r), nil
}

// ResolveReference returns what ref means on the page u (RFC 3986, section 5.2).
func (u *URL) ResolveReference(ref *URL) *URL {
	c := *ref
	if ref.Scheme == "" {
		c.Scheme = u.Scheme
	}
	if ref.Scheme != "" || ref.Host != "" || ref.User != nil {
		c.setPath(resolvePath(ref.EscapedPath(), ""))
		return &c
	}
	if ref.Opaque != "" {
		c.User, c.Host, c.Path = nil, "", ""
		return &c
	}
	if ref.Path == "" && !ref.ForceQuery && ref.RawQuery == "" {
		c.RawQuery = u.RawQuery
		if ref.Fragment == "" {
			c.Fragment, c.RawFragment = u.Fragment, u.RawFragment
		}
	}
	if ref.Path == "" && u.Opaque != "" {
		c.Opaque, c.User, c.Host, c.Path = u.Opaque, nil, "", ""
		return &c
	}
	c.Host, c.User = u.Host, u.User
	c.setPath(resolvePath(u.EscapedPath(), ref.EscapedPath()))
	return &c
}

// resolvePath takes ref relative to base, and removes what . and .. mean.
func resolvePath(base, ref string) string {
	whole := base
	if strings.HasPrefix(ref, "/") {
		whole = ref
	} else if ref != "" {
		whole = base[:strings.LastIndexByte(base, '/')+1] + ref
	}
	if whole == "" {
		return ""
	}
	var parts []string
	last := ""
	for part := range strings.SplitSeq(strings.TrimPrefix(whole, "/"), "/") {
		last = part
		switch part {
		case ".":
		case "..":
			if len(parts) > 0 {
				parts = parts[:len(parts)-1]
			}
		default:
			parts = append(parts, part)
		}
	}
	clean := "/" + strings.Join(parts, "/")
	if (last == "." || last == "..") && len(parts) > 0 {
		clean += "/"
	}
	return clean
}

// JoinPath returns u with elements added to its path, cleaned.
func (u *URL) JoinPath(elem ...string) *URL {
	c, _ := u.join(elem)
	return c
}

func (u *URL) join(elem []string) (*URL, error) {
	all := append([]string{u.EscapedPath()}, elem...)
	p := ""
	if strings.HasPrefix(all[0], "/") {
		p = path.Join(all...)
	} else {
		all[0] = "/" + all[0]
		p = path.Join(all...)[1:]
	}
	if strings.HasSuffix(all[len(all)-1], "/") && !strings.HasSuffix(p, "/") {
		p += "/"
	}
	c := *u
	err := c.setPath(p)
	return &c, err
}

// JoinPath adds elements to the path of an address.
func JoinPath(base string, elem ...string) (result string, err error) {
	u, err := Parse(base)
	if err != nil {
		return "", err
	}
	joined, err := u.join(elem)
	if err != nil {
		return "", err
	}
	return joined.String(), nil
}

// MarshalBinary returns String as bytes.
func (u *URL) MarshalBinary() (text []byte, err error) { return []byte(u.String()), nil }

// AppendBinary appends String to b.
func (u *URL) AppendBinary(b []byte) ([]byte, error) { return append(b, u.String()...), nil }

// UnmarshalBinary reads what MarshalBinary gave.
func (u *URL) UnmarshalBinary(text []byte) error {
	p, err := Parse(string(text))
	if err != nil {
		return err
	}
	*u = *p
	return nil
}
