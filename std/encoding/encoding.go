// Package encoding names the methods by which types write and read themselves; other
// packages, such as encoding/json, look for them.
package encoding

// BinaryMarshaler writes itself as bytes.
type BinaryMarshaler interface {
	MarshalBinary() (data []byte, err error)
}

// BinaryUnmarshaler reads itself from bytes, which it must copy to keep.
type BinaryUnmarshaler interface {
	UnmarshalBinary(data []byte) error
}

// BinaryAppender appends itself to bytes.
type BinaryAppender interface {
	AppendBinary(b []byte) ([]byte, error)
}

// TextMarshaler writes itself as text.
type TextMarshaler interface {
	MarshalText() (text []byte, err error)
}

// TextUnmarshaler reads itself from text, which it must copy to keep.
type TextUnmarshaler interface {
	UnmarshalText(text []byte) error
}

// TextAppender appends itself to text.
type TextAppender interface {
	AppendText(b []byte) ([]byte, error)
}
