// Package time has instants, durations and the calendar, in UTC only.
//
// A contract has no clock of its own: the time of the block is amigos.Now(), and
// there is nothing that waits or ticks.
package time

// Duration is the time between two instants in nanoseconds, at most about 290
// years.
type Duration int64

// Common durations. To count one in a Duration, divide; to make a Duration of a
// number n, multiply: Duration(n) * Second.
const (
	Nanosecond  Duration = 1
	Microsecond          = 1000 * Nanosecond
	Millisecond          = 1000 * Microsecond
	Second               = 1000 * Millisecond
	Minute               = 60 * Second
	Hour                 = 60 * Minute
)

const (
	minDuration Duration = -1 << 63
	maxDuration Duration = 1<<63 - 1
)

// Nanoseconds returns d in nanoseconds.
func (d Duration) Nanoseconds() int64 { return int64(d) }

// Microseconds returns d in whole microseconds.
func (d Duration) Microseconds() int64 { return int64(d) / 1000 }

// Milliseconds returns d in whole milliseconds.
func (d Duration) Milliseconds() int64 { return int64(d) / 1_000_000 }

// Seconds returns d in seconds.
func (d Duration) Seconds() float64 {
	return float64(d/Second) + float64(d%Second)/1e9
}

// Minutes returns d in minutes.
func (d Duration) Minutes() float64 {
	return float64(d/Minute) + float64(d%Minute)/(60*1e9)
}

// Hours returns d in hours.
func (d Duration) Hours() float64 {
	return float64(d/Hour) + float64(d%Hour)/(60*60*1e9)
}

// Abs returns d without its sign; of the most negative duration, the longest.
func (d Duration) Abs() Duration {
	if d == minDuration {
		return maxDuration
	}
	if d < 0 {
		return -d
	}
	return d
}

// Truncate returns d rounded towards zero to a multiple of m, and d itself if m
// is not positive.
func (d Duration) Truncate(m Duration) Duration {
	if m <= 0 {
		return d
	}
	return d - d%m
}

// Round returns d rounded to the nearest multiple of m, halves away from zero,
// and d itself if m is not positive. What does not fit becomes the longest
// duration of that sign.
func (d Duration) Round(m Duration) Duration {
	if m <= 0 {
		return d
	}
	rest := d % m
	if d < 0 {
		rest = -rest
		if rest < m-rest {
			return d + rest
		}
		if rounded := d - m + rest; rounded < d {
			return rounded
		}
		return minDuration
	}
	if rest < m-rest {
		return d - rest
	}
	if rounded := d + m - rest; rounded > d {
		return rounded
	}
	return maxDuration
}

// String returns d as "72h3m0.5s", in smaller units below a second, and "0s" for
// zero.
func (d Duration) String() string {
	if d == 0 {
		return "0s"
	}
	sign, n := "", uint64(d)
	if d < 0 {
		sign, n = "-", uint64(-d)
	}
	switch {
	case n < uint64(Microsecond):
		return sign + decimal(n) + "ns"
	case n < uint64(Millisecond):
		return sign + fraction(n, 3) + "µs"
	case n < uint64(Second):
		return sign + fraction(n, 6) + "ms"
	}
	seconds := n / uint64(Second)
	text := fraction(n-(seconds-seconds%60)*uint64(Second), 9) + "s"
	if minutes := seconds / 60; minutes > 0 {
		text = decimal(minutes%60) + "m" + text
		if minutes >= 60 {
			text = decimal(minutes/60) + "h" + text
		}
	}
	return sign + text
}

// fraction returns n divided by 10^places in decimal, without trailing zeros.
func fraction(n uint64, places int) string {
	unit := uint64(1)
	for range places {
		unit *= 10
	}
	text := decimal(n / unit)
	part := n % unit
	if part == 0 {
		return text
	}
	digits := decimal(unit + part)[1:]
	for digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	return text + "." + digits
}

func decimal(n uint64) string {
	var digits [20]byte
	at := len(digits)
	for {
		at--
		digits[at] = '0' + byte(n%10)
		n /= 10
		if n == 0 {
			return string(digits[at:])
		}
	}
}
