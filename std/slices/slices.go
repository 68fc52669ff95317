// Package slices works on slices of any type.
package slices

import "cmp"

// Equal reports whether both slices have the same length and equal elements.
func Equal[S ~[]E, E comparable](s1, s2 S) bool {
	if len(s1) != len(s2) {
		return false
	}
	for i, v := range s1 {
		if v != s2[i] {
			return false
		}
	}
	return true
}

// EqualFunc reports whether both slices have the same length and elements that
// eq takes for equal.
func EqualFunc[S1 ~[]E1, S2 ~[]E2, E1, E2 any](s1 S1, s2 S2, eq func(E1, E2) bool) bool {
	if len(s1) != len(s2) {
		return false
	}
	for i, v := range s1 {
		if !eq(v, s2[i]) {
			return false
		}
	}
	return true
}

// Compare returns -1, 0 or 1 as s1 comes before s2, is equal to it or comes
// after it: the first elements that differ decide, else the lengths.
func Compare[S ~[]E, E cmp.Ordered](s1, s2 S) int {
	return CompareFunc(s1, s2, cmp.Compare[E])
}

// CompareFunc is Compare with cmp to compare two elements.
func CompareFunc[S1 ~[]E1, S2 ~[]E2, E1, E2 any](s1 S1, s2 S2, cmp func(E1, E2) int) int {
	for i, v := range s1 {
		if i >= len(s2) {
			return 1
		}
		if c := cmp(v, s2[i]); c != 0 {
			return c
		}
	}
	if len(s1) < len(s2) {
		return -1
	}
	return 0
}

// Index returns where v first is in s, and -1 if it is not.
//
// Example: Index([]string{"a", "b"}, "b")
func Index[S ~[]E, E comparable](s S, v E) int {
	for i := range s {
		if v == s[i] {
			return i
		}
	}
	return -1
}

// IndexFunc returns where the first element that satisfies f is, and -1 if none
// does.
func IndexFunc[S ~[]E, E any](s S, f func(E) bool) int {
	for i := range s {
		if f(s[i]) {
			return i
		}
	}
	return -1
}

// Contains reports whether v is in s.
func Contains[S ~[]E, E comparable](s S, v E) bool {
	return Index(s, v) >= 0
}

// ContainsFunc reports whether an element of s satisfies f.
func ContainsFunc[S ~[]E, E any](s S, f func(E) bool) bool {
	return IndexFunc(s, f) >= 0
}

// Insert puts the values v before s[i] and returns the slice. It panics if i is
// out of range.
func Insert[S ~[]E, E any](s S, i int, v ...E) S {
	_ = s[i:]
	if len(v) == 0 {
		return s
	}
	if len(s)+len(v) <= cap(s) {
		v = append([]E(nil), v...) // it may be a part of s
		grown := s[:len(s)+len(v)]
		copy(grown[i+len(v):], s[i:])
		copy(grown[i:], v)
		return grown
	}
	grown := append(s[:i:i], make(S, len(s)+len(v)-i)...)
	copy(grown[i:], v)
	copy(grown[i+len(v):], s[i:])
	return grown
}

// Delete removes s[i:j] and returns the slice; what is left over at the end of
// the array becomes zero. It panics if i and j are out of range.
func Delete[S ~[]E, E any](s S, i, j int) S {
	_ = s[i:j:len(s)]
	if i == j {
		return s
	}
	n := i + copy(s[i:], s[j:])
	clear(s[n:])
	return s[:n]
}

// DeleteFunc removes the elements for which del answers true and returns the
// slice; what is left over at the end of the array becomes zero.
func DeleteFunc[S ~[]E, E any](s S, del func(E) bool) S {
	n := 0
	for i := range s {
		if v := s[i]; !del(v) {
			if n < i {
				s[n] = v
			}
			n++
		}
	}
	clear(s[n:])
	return s[:n]
}

// Replace puts the values v in the place of s[i:j] and returns the slice. It
// panics if i and j are out of range.
func Replace[S ~[]E, E any](s S, i, j int, v ...E) S {
	_ = s[i:j]
	rest := s[j:]
	n := i + len(v) + len(rest)
	if n > cap(s) {
		replaced := append(s[:i:i], make(S, n-i)...)
		copy(replaced[i:], v)
		copy(replaced[i+len(v):], rest)
		return replaced
	}
	v = append([]E(nil), v...) // it may be a part of s
	replaced := s[:n]
	copy(replaced[i+len(v):], rest)
	copy(replaced[i:], v)
	if n < len(s) {
		clear(s[n:])
	}
	return replaced
}

// Clone returns a copy of s: the elements are copied, what they refer to is not.
// It belongs to nobody until it is stored.
func Clone[S ~[]E, E any](s S) S {
	if s == nil {
		return nil
	}
	return append(S{}, s...)
}

// Compact drops each element that equals the one before it and returns the
// slice; what is left over at the end of the array becomes zero.
func Compact[S ~[]E, E comparable](s S) S {
	return CompactFunc(s, func(a, b E) bool { return a == b })
}

// CompactFunc is Compact with eq to compare two elements.
func CompactFunc[S ~[]E, E any](s S, eq func(E, E) bool) S {
	if len(s) < 2 {
		return s
	}
	n := 1
	for i := 1; i < len(s); i++ {
		if !eq(s[i], s[i-1]) {
			if n < i {
				s[n] = s[i]
			}
			n++
		}
	}
	clear(s[n:])
	return s[:n]
}

// Grow makes room for n more elements. It panics if n is negative.
func Grow[S ~[]E, E any](s S, n int) S {
	if n < 0 {
		panic("cannot be negative")
	}
	if n -= cap(s) - len(s); n > 0 {
		s = append(s[:cap(s)], make([]E, n)...)[:len(s)]
	}
	return s
}

// Clip gives up the room behind the last element.
func Clip[S ~[]E, E any](s S) S {
	return s[:len(s):len(s)]
}

// Reverse turns the order of the elements round.
func Reverse[S ~[]E, E any](s S) {
	for i, j := 0, len(s)-1; i < j; i, j = i+1, j-1 {
		s[i], s[j] = s[j], s[i]
	}
}

// Concat returns a new slice with the elements of all slices in turn.
func Concat[S ~[]E, E any](slices ...S) S {
	n := 0
	for _, s := range slices {
		n += len(s)
	}
	if n == 0 {
		return nil
	}
	all := make(S, 0, n)
	for _, s := range slices {
		all = append(all, s...)
	}
	return all
}

// Repeat returns a new slice with count copies of the elements of x. It panics
// if count is negative.
func Repeat[S ~[]E, E any](x S, count int) S {
	if count < 0 {
		panic("cannot be negative")
	}
	repeated := make(S, 0, len(x)*count)
	for range count {
		repeated = append(repeated, x...)
	}
	return repeated
}
