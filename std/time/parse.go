package time

import "errors"

// units are what ParseDuration knows, by name.
var units = map[string]uint64{
	"ns": uint64(Nanosecond),
	"us": uint64(Microsecond),
	"µs": uint64(Microsecond), // U+00B5
	"μs": uint64(Microsecond), // U+03BC
	"ms": uint64(Millisecond),
	"s":  uint64(Second),
	"m":  uint64(Minute),
	"h":  uint64(Hour),
}

// ParseDuration reads a duration such as "1h15m", "-1.5s" or "300ms": numbers
// with a unit each, ns us ms s m or h, and a sign before them all.
//
// Example: ParseDuration("1h15m30s")
func ParseDuration(s string) (Duration, error) {
	invalid := errors.New("time: invalid duration " + quote(s))
	rest, negative := s, false
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		negative = rest[0] == '-'
		rest = rest[1:]
	}
	if rest == "0" {
		return 0, nil
	}
	if rest == "" {
		return 0, invalid
	}
	const limit = uint64(1) << 63
	total := uint64(0)
	for rest != "" {
		whole, digits := uint64(0), 0
		for digits < len(rest) && isDigit(rest[digits]) {
			if whole > limit/10 {
				return 0, invalid
			}
			whole = whole*10 + uint64(rest[digits]-'0')
			if whole > limit {
				return 0, invalid
			}
			digits++
		}
		rest = rest[digits:]
		places, fraction, scale := 0, uint64(0), 1.0
		if rest != "" && rest[0] == '.' {
			for places+1 < len(rest) && isDigit(rest[places+1]) {
				if fraction <= (limit-10)/10 {
					fraction = fraction*10 + uint64(rest[places+1]-'0')
					scale *= 10
				}
				places++
			}
			rest = rest[places+1:]
		}
		if digits+places == 0 {
			return 0, invalid
		}
		end := 0
		for end < len(rest) && rest[end] != '.' && !isDigit(rest[end]) {
			end++
		}
		if end == 0 {
			return 0, errors.New("time: missing unit in duration " + quote(s))
		}
		unit, known := units[rest[:end]]
		if !known {
			return 0, errors.New("time: unknown unit " + quote(rest[:end]) + " in duration " + quote(s))
		}
		rest = rest[end:]
		if whole > limit/unit {
			return 0, invalid
		}
		whole *= unit
		if fraction > 0 {
			whole += uint64(float64(fraction) * (float64(unit) / scale))
		}
		total += whole
		if total > limit || whole > limit {
			return 0, invalid
		}
	}
	if negative {
		return -Duration(total), nil
	}
	if total == limit {
		return 0, invalid
	}
	return Duration(total), nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// quote returns s in double quotes, with everything escaped that is not
// printable ASCII.
func quote(s string) string {
	const hex = "0123456789abcdef"
	quoted := []byte{'"'}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			quoted = append(quoted, '\\', c)
		case c < ' ' || c >= 0x7F:
			quoted = append(quoted, '\\', 'x', hex[c>>4], hex[c&15])
		default:
			quoted = append(quoted, c)
		}
	}
	return string(append(quoted, '"'))
}

// ParseError says which part of a text does not fit which part of a layout.
type ParseError struct {
	Layout     string
	Value      string
	LayoutElem string
	ValueElem  string
	Message    string // if not empty, what follows the value
}

// Error returns the text of the error.
func (e *ParseError) Error() string {
	text := "parsing time " + quote(e.Value)
	if e.Message != "" {
		return text + e.Message
	}
	return text + " as " + quote(e.Layout) + ": cannot parse " + quote(e.ValueElem) + " as " + quote(e.LayoutElem)
}

// parts is what Parse has read so far.
type parts struct {
	year, month, day, yearDay   int
	hour, min, sec, nsec        int
	afternoon, morning, twelves bool
	offset                      int // seconds east of UTC
}

// Parse reads a time that looks as the layout shows; what the layout does not
// say is zero, or 1 for month and day. A zone offset is taken into account, and
// the result is in UTC; names of zones other than UTC count as UTC.
//
// Example: Parse(DateOnly, "2026-01-02")
func Parse(layout, value string) (Time, error) {
	p := parts{month: -1, day: -1, yearDay: -1}
	rest := value
	for at := 0; at < len(layout); {
		e := element(layout[at:])
		if e == "" {
			prefix := prefixOf(layout[at:])
			for i := 0; i < len(prefix); i++ {
				next, ok := literal(prefix[i], rest)
				if !ok {
					return Time{}, &ParseError{layout, value, prefix, rest, ""}
				}
				rest = next
			}
			at += len(prefix)
			continue
		}
		at += len(e)
		before := rest
		next, problem := p.read(e, rest, layout[at:])
		if problem == unfit {
			return Time{}, &ParseError{layout, value, e, before, ""}
		}
		if problem != "" {
			return Time{}, &ParseError{layout, value, e, value, ": " + problem + " out of range"}
		}
		rest = next
	}
	if rest != "" {
		return Time{}, &ParseError{layout, value, "", rest, ": extra text: " + quote(rest)}
	}
	return p.time(layout, value)
}

// unfit is the problem that a text has not the form of an element; other
// problems name what is out of range.
const unfit = "unfit"

// prefixOf returns what stands before the next element of a layout.
func prefixOf(layout string) string {
	for at := 0; at < len(layout); at++ {
		if element(layout[at:]) != "" {
			return layout[:at]
		}
	}
	return layout
}

// literal steps over the character c; a space stands for any number of them.
func literal(c byte, rest string) (string, bool) {
	if c == ' ' {
		if rest != "" && rest[0] != ' ' {
			return rest, false
		}
		for rest != "" && rest[0] == ' ' {
			rest = rest[1:]
		}
		return rest, true
	}
	if rest == "" || rest[0] != c {
		return rest, false
	}
	return rest[1:], true
}

// read takes what element e stands for from the start of rest.
func (p *parts) read(e, rest, layout string) (next string, problem string) {
	switch e {
	case "January":
		return name(rest, monthNames[:], 0, &p.month, 1)
	case "Jan":
		return name(rest, monthNames[:], 3, &p.month, 1)
	case "Monday":
		var day int
		return name(rest, dayNames[:], 0, &day, 0)
	case "Mon":
		var day int
		return name(rest, dayNames[:], 3, &day, 0)
	case "2006":
		return digits(rest, 4, 4, &p.year, 0, 9999, "year")
	case "_2006":
		if rest == "" || rest[0] != '_' {
			return rest, unfit
		}
		return digits(rest[1:], 4, 4, &p.year, 0, 9999, "year")
	case "06":
		next, problem = digits(rest, 2, 2, &p.year, 0, 99, "year")
		if p.year >= 69 {
			p.year += 1900
		} else {
			p.year += 2000
		}
		return next, problem
	case "1", "01":
		return digits(rest, len(e), 2, &p.month, 1, 12, "month")
	case "2", "02":
		return digits(rest, len(e), 2, &p.day, 0, 99, "day")
	case "_2":
		if rest != "" && rest[0] == ' ' {
			rest = rest[1:]
		}
		return digits(rest, 1, 2, &p.day, 0, 99, "day")
	case "002":
		return digits(rest, 3, 3, &p.yearDay, 0, 999, "day-of-year")
	case "__2":
		for range 2 {
			if rest != "" && rest[0] == ' ' {
				rest = rest[1:]
			}
		}
		return digits(rest, 1, 3, &p.yearDay, 0, 999, "day-of-year")
	case "15":
		return digits(rest, 1, 2, &p.hour, 0, 23, "hour")
	case "3", "03":
		p.twelves = true
		return digits(rest, len(e), 2, &p.hour, 0, 12, "hour")
	case "4", "04":
		return digits(rest, len(e), 2, &p.min, 0, 59, "minute")
	case "5", "05":
		next, problem = digits(rest, len(e), 2, &p.sec, 0, 59, "second")
		if problem == "" && len(next) >= 2 && (next[0] == '.' || next[0] == ',') && isDigit(next[1]) && !startsWithFraction(layout) {
			n := 1
			for n < len(next) && isDigit(next[n]) {
				n++
			}
			return p.fraction(next, n)
		}
		return next, problem
	case "PM", "pm":
		if len(rest) < 2 {
			return rest, unfit
		}
		half := rest[:2]
		p.afternoon = half == "PM" && e == "PM" || half == "pm" && e == "pm"
		p.morning = half == "AM" && e == "PM" || half == "am" && e == "pm"
		if !p.afternoon && !p.morning {
			return rest, unfit
		}
		return rest[2:], ""
	case "MST":
		return zoneName(rest)
	}
	if e[0] == 'Z' || e[0] == '-' {
		return p.zone(e, rest)
	}
	if e[1] == '9' { // optional
		if len(rest) < 2 || rest[0] != '.' && rest[0] != ',' || !isDigit(rest[1]) {
			return rest, ""
		}
		n := 1
		for n < len(rest) && isDigit(rest[n]) {
			n++
		}
		return p.fraction(rest, n)
	}
	if len(rest) < len(e) || rest[0] != '.' && rest[0] != ',' {
		return rest, unfit
	}
	return p.fraction(rest, len(e))
}

func startsWithFraction(layout string) bool {
	return layout != "" && (layout[0] == '.' || layout[0] == ',') && element(layout) != ""
}

// fraction takes the first n bytes of rest, a point and digits, as nanoseconds.
func (p *parts) fraction(rest string, n int) (next string, problem string) {
	unit := 100_000_000
	p.nsec = 0
	for i := 1; i < n; i++ {
		if !isDigit(rest[i]) {
			return rest, unfit
		}
		p.nsec += int(rest[i]-'0') * unit
		unit /= 10
	}
	return rest[n:], ""
}

// zone takes an offset such as Z, +01:00 or -0700.
func (p *parts) zone(e, rest string) (next string, problem string) {
	if e[0] == 'Z' && rest != "" && rest[0] == 'Z' {
		p.offset = 0
		return rest[1:], ""
	}
	if len(rest) < len(e) || rest[0] != '+' && rest[0] != '-' {
		return rest, unfit
	}
	var numbers [3]int // hours, minutes, seconds
	n := 0
	for i := 1; i < len(e); {
		if e[i] == ':' {
			if rest[i] != ':' {
				return rest, unfit
			}
			i++
			continue
		}
		if !isDigit(rest[i]) || !isDigit(rest[i+1]) {
			return rest, unfit
		}
		numbers[n] = int(rest[i]-'0')*10 + int(rest[i+1]-'0')
		n++
		i += 2
	}
	switch {
	case numbers[0] > 24:
		return rest, "time zone offset hour"
	case numbers[1] > 60:
		return rest, "time zone offset minute"
	case numbers[2] > 60:
		return rest, "time zone offset second"
	}
	p.offset = numbers[0]*3600 + numbers[1]*60 + numbers[2]
	if rest[0] == '-' {
		p.offset = -p.offset
	}
	return rest[len(e):], ""
}

// zoneName takes UTC, or another name of three letters, or of four or five the
// last of which is T.
func zoneName(rest string) (next string, problem string) {
	if len(rest) >= 3 && rest[:3] == "UTC" {
		return rest[3:], ""
	}
	n := 0
	for n < len(rest) && n < 6 && 'A' <= rest[n] && rest[n] <= 'Z' {
		n++
	}
	if n == 3 || (n == 4 || n == 5) && rest[n-1] == 'T' {
		return rest[n:], ""
	}
	return rest, unfit
}

// name takes one of names, or its first n letters if n is not zero, in upper or
// lower case.
func name(rest string, names []string, n int, value *int, first int) (next string, problem string) {
	for i, whole := range names {
		short := whole
		if n > 0 {
			short = whole[:n]
		}
		if len(rest) >= len(short) && lower(rest[:len(short)]) == lower(short) {
			*value = i + first
			return rest[len(short):], ""
		}
	}
	return rest, unfit
}

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// digits takes a number of at least low and at most high digits.
func digits(rest string, low, high int, value *int, smallest, largest int, what string) (next string, problem string) {
	n := 0
	*value = 0
	for n < high && n < len(rest) && isDigit(rest[n]) {
		*value = *value*10 + int(rest[n]-'0')
		n++
	}
	if n < low {
		return rest, unfit
	}
	if *value < smallest || *value > largest {
		return rest, what
	}
	return rest[n:], ""
}

// time puts the parts together.
func (p *parts) time(layout, value string) (Time, error) {
	if p.afternoon && p.hour < 12 {
		p.hour += 12
	} else if p.morning && p.hour == 12 {
		p.hour = 0
	}
	outside := func(what string) (Time, error) {
		return Time{}, &ParseError{layout, value, "", value, ": " + what}
	}
	if p.yearDay >= 0 {
		first := daysBefore(p.year, 1, 1)
		if p.yearDay < 1 || int64(p.yearDay) > daysBefore(p.year+1, 1, 1)-first {
			return outside("day-of-year out of range")
		}
		_, month, day := dateOf(first + int64(p.yearDay) - 1)
		if p.month >= 0 && p.month != int(month) {
			return outside("day-of-year does not match month")
		}
		if p.day >= 0 && p.day != day {
			return outside("day-of-year does not match day")
		}
		p.month, p.day = int(month), day
	}
	if p.month < 0 {
		p.month = 1
	}
	if p.day < 0 {
		p.day = 1
	}
	t := Date(p.year, Month(p.month), p.day, p.hour, p.min, p.sec, p.nsec, UTC)
	if p.day < 1 || t.Day() != p.day {
		return outside("day out of range")
	}
	return t.Add(-Duration(p.offset) * Second), nil
}
