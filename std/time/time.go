package time

// Time is an instant, to the nanosecond, in UTC. The zero value is the first
// moment of the year 1. Two times can be compared with ==.
type Time struct {
	sec  int64 // seconds since the first moment of the year 1
	nsec int32 // nanoseconds within the second, never negative
}

// unixEpoch is the first moment of 1970 as Time.sec.
const unixEpoch int64 = 62135596800

const (
	secondsPerDay = 86400
	daysPer400    = 146097
)

// A Month of the year: January is 1.
type Month int

// The months.
const (
	January Month = 1 + iota
	February
	March
	April
	May
	June
	July
	August
	September
	October
	November
	December
)

var monthNames = [...]string{
	"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December",
}

// String returns the English name.
func (m Month) String() string {
	if January <= m && m <= December {
		return monthNames[m-1]
	}
	return "%!Month(" + decimal(uint64(m)) + ")"
}

// A Weekday: Sunday is 0.
type Weekday int

// The days of the week.
const (
	Sunday Weekday = iota
	Monday
	Tuesday
	Wednesday
	Thursday
	Friday
	Saturday
)

var dayNames = [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}

// String returns the English name.
func (d Weekday) String() string {
	if Sunday <= d && d <= Saturday {
		return dayNames[d]
	}
	return "%!Weekday(" + decimal(uint64(d)) + ")"
}

// A Location is a time zone. Here there is one: UTC.
type Location struct {
	name string
}

// UTC is the time zone of all times.
var UTC *Location = &Location{"UTC"}

// String returns the name of the time zone.
func (l *Location) String() string { return l.name }

// Unix returns the instant sec seconds and nsec nanoseconds after the first
// moment of 1970. nsec may lie outside [0, 999999999].
//
// Example: Unix(1700000000, 0)
func Unix(sec int64, nsec int64) Time {
	sec += nsec / 1_000_000_000
	nsec %= 1_000_000_000
	if nsec < 0 {
		nsec += 1_000_000_000
		sec--
	}
	return Time{sec + unixEpoch, int32(nsec)}
}

// UnixMilli returns the instant msec milliseconds after the first moment of
// 1970.
func UnixMilli(msec int64) Time { return Unix(msec/1000, msec%1000*1_000_000) }

// UnixMicro returns the instant usec microseconds after the first moment of
// 1970.
func UnixMicro(usec int64) Time { return Unix(usec/1_000_000, usec%1_000_000*1000) }

// Date returns the instant with the given calendar date and time of day. Values
// outside their range carry over: October 32 is November 1. It panics if loc is
// nil.
//
// Example: Date(2026, January, 1, 0, 0, 0, 0, UTC)
func Date(year int, month Month, day, hour, min, sec, nsec int, loc *Location) Time {
	if loc == nil {
		panic("time: missing Location in call to Date")
	}
	months := int(month) - 1
	year += months / 12
	months %= 12
	if months < 0 {
		months += 12
		year--
	}
	days := daysBefore(year, months+1, 1) + int64(day) - 1
	seconds := days*secondsPerDay + int64(hour)*3600 + int64(min)*60 + int64(sec)
	return Unix(seconds-unixEpoch, int64(nsec))
}

// daysBefore returns the number of days from 1 January of year 1 to the given
// date, in years that begin in March so that leap days come last.
func daysBefore(year, month, day int) int64 {
	y := int64(year)
	if month <= 2 {
		y--
	}
	era := floorDiv(y, 400)
	yearOfEra := y - era*400
	dayOfYear := int64((153*((month+9)%12)+2)/5 + day - 1)
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return era*daysPer400 + dayOfEra - 306
}

// dateOf is the reverse of daysBefore.
func dateOf(days int64) (year int, month Month, day int) {
	days += 306
	era := floorDiv(days, daysPer400)
	dayOfEra := days - era*daysPer400
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	m := (5*dayOfYear + 2) / 153
	day = int(dayOfYear-(153*m+2)/5) + 1
	month = Month(m + 3)
	if month > December {
		month -= 12
	}
	year = int(yearOfEra + era*400)
	if month <= February {
		year++
	}
	return year, month, day
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// days returns the day and the second within it.
func (t Time) days() (day, second int64) {
	day = floorDiv(t.sec, secondsPerDay)
	return day, t.sec - day*secondsPerDay
}

// Date returns year, month and day of t.
func (t Time) Date() (year int, month Month, day int) {
	days, _ := t.days()
	return dateOf(days)
}

// Clock returns hour, minute and second of t.
func (t Time) Clock() (hour, min, sec int) {
	_, s := t.days()
	return int(s / 3600), int(s / 60 % 60), int(s % 60)
}

// Year returns the year of t.
func (t Time) Year() int {
	year, _, _ := t.Date()
	return year
}

// Month returns the month of t.
func (t Time) Month() Month {
	_, month, _ := t.Date()
	return month
}

// Day returns the day of the month of t.
func (t Time) Day() int {
	_, _, day := t.Date()
	return day
}

// YearDay returns the day of the year of t, from 1.
func (t Time) YearDay() int {
	days, _ := t.days()
	year, _, _ := dateOf(days)
	return int(days-daysBefore(year, 1, 1)) + 1
}

// Weekday returns the day of the week of t.
func (t Time) Weekday() Weekday {
	days, _ := t.days()
	return Weekday(((days+1)%7 + 7) % 7)
}

// ISOWeek returns the year and week of t by ISO 8601: weeks begin on Monday, and
// week 1 holds the year's first Thursday.
func (t Time) ISOWeek() (year, week int) {
	days, _ := t.days()
	thursday := days + 3 - int64((t.Weekday()+6)%7)
	year, _, _ = dateOf(thursday)
	return year, int(thursday-daysBefore(year, 1, 1))/7 + 1
}

// Hour returns the hour of t, from 0 to 23.
func (t Time) Hour() int {
	hour, _, _ := t.Clock()
	return hour
}

// Minute returns the minute of t, from 0 to 59.
func (t Time) Minute() int {
	_, min, _ := t.Clock()
	return min
}

// Second returns the second of t, from 0 to 59.
func (t Time) Second() int {
	_, _, sec := t.Clock()
	return sec
}

// Nanosecond returns the nanosecond within the second of t.
func (t Time) Nanosecond() int { return int(t.nsec) }

// Unix returns the seconds from the first moment of 1970 to t.
func (t Time) Unix() int64 { return t.sec - unixEpoch }

// UnixMilli returns the milliseconds from the first moment of 1970 to t.
func (t Time) UnixMilli() int64 { return t.Unix()*1000 + int64(t.nsec)/1_000_000 }

// UnixMicro returns the microseconds from the first moment of 1970 to t.
func (t Time) UnixMicro() int64 { return t.Unix()*1_000_000 + int64(t.nsec)/1000 }

// UnixNano returns the nanoseconds from the first moment of 1970 to t; the years
// 1678 to 2262 fit.
func (t Time) UnixNano() int64 { return t.Unix()*1_000_000_000 + int64(t.nsec) }

// IsZero reports whether t is the first moment of the year 1.
func (t Time) IsZero() bool { return t.sec == 0 && t.nsec == 0 }

// After reports whether t is later than u.
func (t Time) After(u Time) bool { return u.Before(t) }

// Before reports whether t is earlier than u.
func (t Time) Before(u Time) bool {
	return t.sec < u.sec || t.sec == u.sec && t.nsec < u.nsec
}

// Equal reports whether t and u are the same instant.
func (t Time) Equal(u Time) bool { return t == u }

// Compare returns -1 if t is earlier than u, 1 if it is later, and 0 if they are
// the same instant.
func (t Time) Compare(u Time) int {
	switch {
	case t.Before(u):
		return -1
	case u.Before(t):
		return 1
	}
	return 0
}

// Add returns the instant d after t, or before it if d is negative.
//
// Example: Add(24 * Hour)
func (t Time) Add(d Duration) Time {
	seconds := t.sec + int64(d/Second)
	nanoseconds := int64(t.nsec) + int64(d%Second)
	if nanoseconds < 0 {
		nanoseconds += 1_000_000_000
		seconds--
	} else if nanoseconds >= 1_000_000_000 {
		nanoseconds -= 1_000_000_000
		seconds++
	}
	return Time{seconds, int32(nanoseconds)}
}

// Sub returns the duration from u to t. What does not fit becomes the longest
// duration of that sign.
func (t Time) Sub(u Time) Duration {
	d := Duration(t.sec-u.sec)*Second + Duration(t.nsec-u.nsec)
	switch {
	case u.Add(d) == t:
		return d
	case t.Before(u):
		return minDuration
	}
	return maxDuration
}

// AddDate returns the time that many years, months and days after t. Days that a
// month does not have carry over into the next.
func (t Time) AddDate(years int, months int, days int) Time {
	year, month, day := t.Date()
	hour, min, sec := t.Clock()
	return Date(year+years, month+Month(months), day+days, hour, min, sec, int(t.nsec), UTC)
}

// Truncate returns t rounded down to a multiple of d since the zero time.
func (t Time) Truncate(d Duration) Time {
	if d <= 0 {
		return t
	}
	return t.Add(-t.past(d))
}

// Round returns t rounded to the nearest multiple of d since the zero time,
// halves up.
func (t Time) Round(d Duration) Time {
	if d <= 0 {
		return t
	}
	past := t.past(d)
	if past < d-past {
		return t.Add(-past)
	}
	return t.Add(d - past)
}

// past returns how far t is past a multiple of d.
func (t Time) past(d Duration) Duration {
	// (sec * 1e9 + nsec) mod d, without the product overflowing: nine times
	// multiply by ten and reduce, by adding.
	m := uint64(d)
	rest := uint64(t.sec % int64(m))
	if t.sec < 0 {
		rest = uint64((t.sec%int64(m) + int64(m)) % int64(m))
	}
	for range 9 {
		times := uint64(0)
		for range 10 {
			times += rest
			if times >= m {
				times -= m
			}
		}
		rest = times
	}
	return Duration((rest + uint64(t.nsec)%m) % m)
}

// UTC returns t.
func (t Time) UTC() Time { return t }

// Location returns UTC.
func (t Time) Location() *Location { return UTC }
