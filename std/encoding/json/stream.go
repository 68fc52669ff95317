package json

import "io"

// Encoder writes values of JSON one after the other, each on a line of its own.
type Encoder struct {
	w              io.Writer
	err            error
	prefix, indent string
	escapeHTML     bool
}

// NewEncoder returns an Encoder to w.
func NewEncoder(w io.Writer) *Encoder { return &Encoder{w: w, escapeHTML: true} }

// SetIndent makes Encode write as Indent does; two empty strings switch that off.
func (enc *Encoder) SetIndent(prefix, indent string) { enc.prefix, enc.indent = prefix, indent }

// SetEscapeHTML says whether < > & in strings are escaped; they are unless it is told
// otherwise.
func (enc *Encoder) SetEscapeHTML(on bool) { enc.escapeHTML = on }

// Encode writes v and a line end.
func (enc *Encoder) Encode(v any) error {
	if enc.err != nil {
		return enc.err
	}
	e := encoder{escapeHTML: enc.escapeHTML}
	if err := e.value(place{v, false}, false); err != nil {
		return err
	}
	b := e.out
	if enc.prefix != "" || enc.indent != "" {
		b = appendIndent(nil, b, enc.prefix, enc.indent)
	}
	_, enc.err = enc.w.Write(append(b, '\n'))
	return enc.err
}

// Decoder reads values of JSON one after the other.
type Decoder struct {
	r         io.Reader
	data      []byte
	at        int
	read      bool
	readErr   error
	err       error
	useNumber bool
	strict    bool
}

// NewDecoder returns a Decoder of r, which it reads to its end at once.
func NewDecoder(r io.Reader) *Decoder { return &Decoder{r: r} }

// UseNumber makes numbers that are read into an any Numbers, not float64.
func (dec *Decoder) UseNumber() { dec.useNumber = true }

// DisallowUnknownFields makes members that match no field errors.
func (dec *Decoder) DisallowUnknownFields() { dec.strict = true }

func (dec *Decoder) load() {
	if !dec.read {
		dec.read = true
		dec.data, dec.readErr = io.ReadAll(dec.r)
	}
}

// Decode reads the next value into what v points to. At the end it returns io.EOF.
func (dec *Decoder) Decode(v any) error {
	dec.load()
	if dec.err != nil {
		return dec.err
	}
	s := scanner{dec.data, dec.at, "after array element"}
	s.space()
	if s.at == len(s.data) {
		if dec.readErr != nil {
			return dec.readErr
		}
		dec.err = io.EOF
		return io.EOF
	}
	start := s.at
	if err := s.value(); err != nil {
		dec.err = err
		if s.at == len(s.data) {
			dec.err = io.ErrUnexpectedEOF
			if dec.readErr != nil {
				dec.err = dec.readErr
			}
		}
		return dec.err
	}
	dec.at = s.at
	d := decoder{scanner: scanner{dec.data[:s.at], start, ""}, useNumber: dec.useNumber, strict: dec.strict}
	return d.decode(v)
}

// More reports whether another value follows.
func (dec *Decoder) More() bool {
	dec.load()
	s := scanner{dec.data, dec.at, "after array element"}
	s.space()
	c := s.next()
	return s.at < len(s.data) && c != ']' && c != '}'
}

// InputOffset is the number of bytes read for the values so far.
func (dec *Decoder) InputOffset() int64 { return int64(dec.at) }
