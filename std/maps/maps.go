// Package maps works on maps of any type. Where an order shows, it is the order
// of insertion here; plain Go leaves it open, so sort what must be alike
// everywhere.
package maps

// Equal reports whether both maps have the same keys with equal values.
func Equal[M1, M2 ~map[K]V, K, V comparable](m1 M1, m2 M2) bool {
	if len(m1) != len(m2) {
		return false
	}
	for k, v := range m1 {
		if other, ok := m2[k]; !ok || other != v {
			return false
		}
	}
	return true
}

// EqualFunc reports whether both maps have the same keys with values that eq
// takes for equal.
func EqualFunc[M1 ~map[K]V1, M2 ~map[K]V2, K comparable, V1, V2 any](m1 M1, m2 M2, eq func(V1, V2) bool) bool {
	if len(m1) != len(m2) {
		return false
	}
	for k, v := range m1 {
		if other, ok := m2[k]; !ok || !eq(v, other) {
			return false
		}
	}
	return true
}

// Clone returns a copy of m with the same keys and values, and nil for nil. It
// belongs to nobody until it is stored.
func Clone[M ~map[K]V, K comparable, V any](m M) M {
	if m == nil {
		return nil
	}
	cloned := make(M, len(m))
	for k, v := range m {
		cloned[k] = v
	}
	return cloned
}

// Copy puts all entries of src into dst.
func Copy[M1 ~map[K]V, M2 ~map[K]V, K comparable, V any](dst M1, src M2) {
	for k, v := range src {
		dst[k] = v
	}
}

// DeleteFunc deletes the entries for which del answers true.
func DeleteFunc[M ~map[K]V, K comparable, V any](m M, del func(K, V) bool) {
	for k, v := range m {
		if del(k, v) {
			delete(m, k)
		}
	}
}
