// Package iter names the functions that a range statement can range over.
package iter

// Seq gives its values one after the other to yield, and stops when yield
// answers false.
type Seq[V any] func(yield func(V) bool)

// Seq2 gives pairs of values, mostly key and value, to yield, and stops when
// yield answers false.
type Seq2[K, V any] func(yield func(K, V) bool)
