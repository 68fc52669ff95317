package url

import (
	"errors"
	"slices"
	"strings"
)

// Values are the values that a query has for each key. Keys are case-sensitive.
type Values map[string][]string

// Get returns the first value of a key, or nothing.
func (v Values) Get(key string) string {
	if list := v[key]; len(list) > 0 {
		return list[0]
	}
	return ""
}

// Set makes value the only one of key.
func (v Values) Set(key, value string) { v[key] = []string{value} }

// Add gives key one more value.
func (v Values) Add(key, value string) { v[key] = append(v[key], value) }

// Del takes all values of key away.
func (v Values) Del(key string) { delete(v, key) }

// Has reports whether there is an entry for key.
func (v Values) Has(key string) bool {
	_, ok := v[key]
	return ok
}

// Clone returns a copy, values included.
func (v Values) Clone() Values {
	if v == nil {
		return nil
	}
	c := make(Values, len(v))
	for key, list := range v {
		c[key] = slices.Clone(list)
	}
	return c
}

// Encode returns the query, sorted by key.
func (v Values) Encode() string {
	keys := make([]string, 0, len(v))
	for key := range v {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	var b strings.Builder
	for _, key := range keys {
		for _, value := range v[key] {
			if b.Len() > 0 {
				b.WriteByte('&')
			}
			b.WriteString(QueryEscape(key))
			b.WriteByte('=')
			b.WriteString(QueryEscape(value))
		}
	}
	return b.String()
}

const maxParameters = 10000

// ParseQuery reads a query, and returns what of it is well formed, with the first
// error.
//
// Example: ParseQuery("a=1&b=2&a=3")
func ParseQuery(query string) (Values, error) {
	m := make(Values)
	if n := strings.Count(query, "&") + 1; n > maxParameters {
		return m, errors.New("number of URL query parameters exceeded limit")
	}
	var first error
	note := func(err error) {
		if first == nil {
			first = err
		}
	}
	for pair := range strings.SplitSeq(query, "&") {
		if strings.Contains(pair, ";") {
			note(errors.New("invalid semicolon separator in query"))
			continue
		}
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		key, err := QueryUnescape(key)
		if err != nil {
			note(err)
			continue
		}
		value, err = QueryUnescape(value)
		if err != nil {
			note(err)
			continue
		}
		m[key] = append(m[key], value)
	}
	return m, first
}
