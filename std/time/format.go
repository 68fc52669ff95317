package time

// Layouts to format times with. A layout is the moment Mon Jan 2 15:04:05 2006
// as it should look.
const (
	Layout      = "01/02 03:04:05PM '06 -0700"
	ANSIC       = "Mon Jan _2 15:04:05 2006"
	UnixDate    = "Mon Jan _2 15:04:05 MST 2006"
	RubyDate    = "Mon Jan 02 15:04:05 -0700 2006"
	RFC822      = "02 Jan 06 15:04 MST"
	RFC822Z     = "02 Jan 06 15:04 -0700"
	RFC850      = "Monday, 02-Jan-06 15:04:05 MST"
	RFC1123     = "Mon, 02 Jan 2006 15:04:05 MST"
	RFC1123Z    = "Mon, 02 Jan 2006 15:04:05 -0700"
	RFC3339     = "2006-01-02T15:04:05Z07:00"
	RFC3339Nano = "2006-01-02T15:04:05.999999999Z07:00"
	Kitchen     = "3:04PM"
	Stamp       = "Jan _2 15:04:05"
	StampMilli  = "Jan _2 15:04:05.000"
	StampMicro  = "Jan _2 15:04:05.000000"
	StampNano   = "Jan _2 15:04:05.000000000"
	DateTime    = "2006-01-02 15:04:05"
	DateOnly    = "2006-01-02"
	TimeOnly    = "15:04:05"
)

// elements are the parts of a layout that stand for a part of the time. Of those
// that begin alike the longer comes first.
var elements = []string{
	"January", "Jan", "Monday", "Mon", "MST",
	"2006", "2", "_2006", "__2", "_2", "002", "01", "02", "03", "04", "05", "06",
	"15", "1", "3", "4", "5", "PM", "pm",
	"-07:00:00", "-070000", "-07:00", "-0700", "-07",
	"Z07:00:00", "Z070000", "Z07:00", "Z0700", "Z07",
}

// element returns the element that layout begins with, and "" if it begins with
// none.
func element(layout string) string {
	if layout[0] == '.' || layout[0] == ',' {
		end := 1
		for end < len(layout) && layout[end] == layout[1] && (layout[1] == '0' || layout[1] == '9') {
			end++
		}
		if end > 1 && (end == len(layout) || layout[end] < '0' || layout[end] > '9') {
			return layout[:end]
		}
		return ""
	}
	for _, e := range elements {
		if len(layout) < len(e) || layout[:len(e)] != e {
			continue
		}
		if (e == "Jan" || e == "Mon") && len(layout) > 3 && 'a' <= layout[3] && layout[3] <= 'z' {
			continue
		}
		return e
	}
	return ""
}

// Format returns t as the layout shows it.
//
// Example: Format(RFC3339)
func (t Time) Format(layout string) string {
	return string(t.AppendFormat(nil, layout))
}

// AppendFormat appends t as the layout shows it to b.
func (t Time) AppendFormat(b []byte, layout string) []byte {
	for at := 0; at < len(layout); {
		e := element(layout[at:])
		if e == "" {
			b = append(b, layout[at])
			at++
			continue
		}
		at += len(e)
		b = t.appendElement(b, e)
	}
	return b
}

func (t Time) appendElement(b []byte, e string) []byte {
	year, month, day := t.Date()
	hour, min, sec := t.Clock()
	switch e {
	case "January":
		return append(b, month.String()...)
	case "Jan":
		return append(b, month.String()[:3]...)
	case "1":
		return padded(b, int(month), 0, '0')
	case "01":
		return padded(b, int(month), 2, '0')
	case "Monday":
		return append(b, t.Weekday().String()...)
	case "Mon":
		return append(b, t.Weekday().String()[:3]...)
	case "2006":
		return padded(b, year, 4, '0')
	case "_2006":
		return padded(append(b, '_'), year, 4, '0')
	case "06":
		if year < 0 {
			year = -year
		}
		return padded(b, year%100, 2, '0')
	case "2":
		return padded(b, day, 0, '0')
	case "_2":
		return padded(b, day, 2, ' ')
	case "02":
		return padded(b, day, 2, '0')
	case "__2":
		return padded(b, t.YearDay(), 3, ' ')
	case "002":
		return padded(b, t.YearDay(), 3, '0')
	case "15":
		return padded(b, hour, 2, '0')
	case "3":
		return padded(b, (hour+11)%12+1, 0, '0')
	case "03":
		return padded(b, (hour+11)%12+1, 2, '0')
	case "4":
		return padded(b, min, 0, '0')
	case "04":
		return padded(b, min, 2, '0')
	case "5":
		return padded(b, sec, 0, '0')
	case "05":
		return padded(b, sec, 2, '0')
	case "PM":
		if hour < 12 {
			return append(b, "AM"...)
		}
		return append(b, "PM"...)
	case "pm":
		if hour < 12 {
			return append(b, "am"...)
		}
		return append(b, "pm"...)
	case "MST":
		return append(b, "UTC"...)
	}
	switch e[0] {
	case 'Z':
		return append(b, 'Z')
	case '-':
		for _, c := range []byte(e) {
			switch c {
			case '-':
				c = '+'
			case '7':
				c = '0'
			}
			b = append(b, c)
		}
		return b
	}
	// a fraction of a second: as many digits as the layout has, without trailing
	// zeros if they are nines
	digits := decimal(uint64(t.nsec) + 1_000_000_000)[1:]
	for len(digits) < len(e)-1 {
		digits += "0"
	}
	digits = digits[:len(e)-1]
	if e[1] == '9' {
		for digits != "" && digits[len(digits)-1] == '0' {
			digits = digits[:len(digits)-1]
		}
		if digits == "" {
			return b
		}
	}
	return append(append(b, e[0]), digits...)
}

// padded appends n with at least width digits, filled up with fill.
func padded(b []byte, n, width int, fill byte) []byte {
	if n < 0 {
		b = append(b, '-')
		n = -n
	}
	digits := decimal(uint64(n))
	for range width - len(digits) {
		b = append(b, fill)
	}
	return append(b, digits...)
}

// String returns t as "2006-01-02 15:04:05.999999999 +0000 UTC".
func (t Time) String() string {
	return t.Format("2006-01-02 15:04:05.999999999 -0700 MST")
}
