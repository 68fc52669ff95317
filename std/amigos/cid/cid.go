// Package cid names data by its content, as IPFS does: the name is made from a
// hash of the data, so that whoever has the name can check the data.
package cid

// Sum returns the content id of data: a CID of version 1 with the codec raw and
// the hash SHA-256, in base 32, bafkrei...
//
// Example: Sum([]byte("hello"))
//
//amigos:native gas=base:200,len(data):2/1
func Sum(data []byte) string

// Valid reports whether s is a well-formed content id of version 0 or 1.
//
//amigos:native gas=base:100,len(s):1/1
func Valid(s string) bool
