// Package tabwriter lines up text in columns. A cell ends with a tab; cells of one column
// are those that stand below one another without a line between that lacks them, and
// all of them become as wide as the widest.
package tabwriter

import (
	"io"
	"unicode/utf8"
)

// How columns are formatted.
const (
	// FilterHTML counts nothing for tags, and one for an entity such as &lt;.
	FilterHTML uint = 1 << iota
	// StripEscape drops the Escape bytes around escaped text.
	StripEscape
	// AlignRight puts the padding before the text.
	AlignRight
	// DiscardEmptyColumns treats columns of which all cells are empty, and end with a
	// vertical tab, as if they were not there.
	DiscardEmptyColumns
	// TabIndent fills empty cells at the beginning of a line with tabs.
	TabIndent
	// Debug puts a bar between columns.
	Debug
)

// Escape stands around text in which tabs and line ends are nothing special; it is in no
// valid UTF-8.
const Escape = '\xff'

type cell struct {
	size  int  // bytes
	width int  // characters
	hard  bool // it ends with a horizontal tab
}

// Writer formats what is written to it. All of it must be there before the widths are
// known: call Flush at the end.
type Writer struct {
	out      io.Writer
	minWidth int
	tabWidth int
	padding  int
	padChar  byte
	flags    uint

	text     []byte   // of all cells that wait
	start    int      // where the open cell begins in it
	measured int      // up to where its width is counted
	open     cell     // the cell that is being written
	end      byte     // what ends escaped text, 0 outside
	lines    [][]cell // the lines that wait
	widths   []int    // of the columns around
	err      error
}

// NewWriter returns a Writer with settings as Init takes them.
func NewWriter(output io.Writer, minwidth, tabwidth, padding int, padchar byte, flags uint) *Writer {
	return new(Writer).Init(output, minwidth, tabwidth, padding, padchar, flags)
}

// Init sets where the text goes, how wide cells are at least, how wide a tab is, how much
// is added to the widest cell, and with what cells are filled: tabs are as wide as
// tabwidth says.
func (b *Writer) Init(output io.Writer, minwidth, tabwidth, padding int, padchar byte, flags uint) *Writer {
	if minwidth < 0 || tabwidth < 0 || padding < 0 {
		panic("negative minwidth, tabwidth, or padding")
	}
	if padchar == '\t' {
		flags &^= AlignRight // tabs only work from the left
	}
	*b = Writer{out: output, minWidth: minwidth, tabWidth: tabwidth, padding: padding, padChar: padchar, flags: flags}
	b.reset()
	return b
}

func (b *Writer) reset() {
	b.text = b.text[:0]
	b.start, b.measured, b.open, b.end = 0, 0, cell{}, 0
	b.lines = [][]cell{nil}
	b.widths = nil
}

// measure counts the characters of the open cell that are new.
func (b *Writer) measure() {
	b.open.width += utf8.RuneCount(b.text[b.measured:])
	b.measured = len(b.text)
}

// finish ends the open cell, and says how many the line has now.
func (b *Writer) finish(hard bool) int {
	b.measure()
	b.open.size = len(b.text) - b.start
	b.open.hard = hard
	last := len(b.lines) - 1
	b.lines[last] = append(b.lines[last], b.open)
	b.open = cell{}
	b.start = len(b.text)
	return len(b.lines[last])
}

// Write formats buf. The error is that of the underlying Writer.
func (b *Writer) Write(buf []byte) (n int, err error) {
	from := 0
	for i, c := range buf {
		if b.end != 0 {
			// inside of escaped text, a tag or an entity
			if c != b.end {
				continue
			}
			stop := i + 1
			if c == Escape && b.flags&StripEscape != 0 {
				stop = i
			}
			b.text = append(b.text, buf[from:stop]...)
			from = i + 1
			switch c {
			case Escape:
				b.measure()
				if b.flags&StripEscape == 0 {
					b.open.width -= 2 // the Escape bytes
				}
			case '>':
			case ';':
				b.open.width++
			}
			b.measured = len(b.text)
			b.end = 0
			continue
		}
		switch c {
		case '\t', '\v', '\n', '\f':
			b.text = append(b.text, buf[from:i]...)
			from = i + 1
			cells := b.finish(c == '\t')
			if c != '\n' && c != '\f' {
				continue
			}
			b.lines = append(b.lines, nil)
			if c == '\f' || cells == 1 {
				// a line of one cell ends all columns
				b.flush()
				if c == '\f' && b.flags&Debug != 0 {
					b.put([]byte("---\n"))
				}
				if b.err != nil {
					return n, b.err
				}
			}
		case Escape:
			b.text = append(b.text, buf[from:i]...)
			b.measure()
			from = i
			if b.flags&StripEscape != 0 {
				from++
			}
			b.end = Escape
		case '<', '&':
			if b.flags&FilterHTML == 0 {
				continue
			}
			b.text = append(b.text, buf[from:i]...)
			b.measure()
			from = i
			b.end = '>'
			if c == '&' {
				b.end = ';'
			}
		}
	}
	b.text = append(b.text, buf[from:]...)
	return len(buf), b.err
}

// Flush formats what waits. Call it at the end.
func (b *Writer) Flush() error {
	b.flush()
	err := b.err
	b.err = nil
	return err
}

func (b *Writer) flush() {
	if b.open.size > 0 || len(b.text) > b.start {
		if b.end != 0 {
			// what is not closed is text, or ends here
			if b.end == ';' {
				b.open.width++
			}
			b.measured = len(b.text)
			b.end = 0
		}
		b.finish(false)
	}
	b.format(0, 0, len(b.lines))
	if b.err == nil {
		b.reset()
	}
}

// put writes text, unless that has failed before.
func (b *Writer) put(text []byte) {
	if b.err != nil || len(text) == 0 {
		return
	}
	n, err := b.out.Write(text)
	if err == nil && n != len(text) {
		err = io.ErrShortWrite
	}
	b.err = err
}

// format writes lines, from the text at a place on; it returns where it ended.
func (b *Writer) format(at, from, to int) int {
	column := len(b.widths)
	for this := from; this < to; this++ {
		if column >= len(b.lines[this])-1 {
			continue
		}
		// a column begins here: first the lines above it
		at = b.write(at, from, this)
		from = this
		width, discardable := b.minWidth, true
		for ; this < to && column < len(b.lines[this])-1; this++ {
			c := b.lines[this][column]
			width = max(width, c.width+b.padding)
			if c.width > 0 || c.hard {
				discardable = false
			}
		}
		if discardable && b.flags&DiscardEmptyColumns != 0 {
			width = 0
		}
		b.widths = append(b.widths, width)
		at = b.format(at, from, this)
		b.widths = b.widths[:column]
		from = this
		this--
	}
	return b.write(at, from, to)
}

func repeated(c byte, n int) []byte {
	list := make([]byte, max(n, 0))
	for i := range list {
		list[i] = c
	}
	return list
}

// pad fills a cell.
func (b *Writer) pad(text, width int, tabs bool) {
	if b.padChar != '\t' && !tabs {
		b.put(repeated(b.padChar, width-text))
		return
	}
	if b.tabWidth == 0 {
		return
	}
	width = (width + b.tabWidth - 1) / b.tabWidth * b.tabWidth
	b.put(repeated('\t', (width-text+b.tabWidth-1)/b.tabWidth))
}

// write writes lines whose columns are known.
func (b *Writer) write(at, from, to int) int {
	for i := from; i < to; i++ {
		cells := b.lines[i]
		tabs := b.flags&TabIndent != 0
		for j, c := range cells {
			if j > 0 && b.flags&Debug != 0 {
				b.put([]byte{'|'})
			}
			if c.size == 0 {
				if j < len(b.widths) {
					b.pad(c.width, b.widths[j], tabs)
				}
				continue
			}
			tabs = false
			text := b.text[at : at+c.size]
			at += c.size
			if b.flags&AlignRight == 0 {
				b.put(text)
				if j < len(b.widths) {
					b.pad(c.width, b.widths[j], false)
				}
				continue
			}
			if j < len(b.widths) {
				b.pad(c.width, b.widths[j], false)
			}
			b.put(text)
		}
		if i+1 == len(b.lines) {
			// the last line is not ended yet: what waits of it
			b.put(b.text[at : at+b.open.size])
			at += b.open.size
		} else {
			b.put([]byte{'\n'})
		}
	}
	return at
}
