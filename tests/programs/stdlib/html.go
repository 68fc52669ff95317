// html: escaping, and references of every kind.
package main

import (
	"fmt"
	"html"
	"strings"
)

var seed uint32 = 23

func next(n int) int {
	seed = seed*1664525 + 1013904223
	return int(seed>>8) % n
}

func main() {
	fixed := []string{"", "&", "&&", "&;", "&a", "&amp", "&amp;", "&amp;amp;", "&ampx", "&AMP;", "&Amp;", "&lt&gt", "&notin;", "&notit;", "&not", "&no", "&copy2024", "&eacute;", "&eacute",
		"&#", "&#;", "&#x", "&#x;", "&#1", "&#1;", "&#65", "&#65;", "&#065;", "&#x41;", "&#X41", "&#x4G", "&#128;", "&#x80;", "&#x9f;", "&#160;", "&#0;", "&#xD800;", "&#x110000;", "&#99999999999999;",
		"&#xffffffffff;", "&#a;", "&#xg;", "&NotEqualTilde;", "&acE;", "&nosuchname;", "&nosuchname", "&CounterClockwiseContourIntegral;", "&fjlig;", "&ThickSpace;", "&amp1;", "&lt=3", "a&b;c&d", "&#x1F600;", "&Aacutex", "&frac12;", "&frac12", "&there4;", "&sup1", "&sup12", "x&quot;y&apos;z&apos", "é&é;", "&\xff;", "&#-1;", "&#+1;", "&#x 1;"}
	for _, s := range fixed {
		fmt.Printf("%q %q %q %q\n", s, html.UnescapeString(s), html.EscapeString(s), html.UnescapeString(html.EscapeString(s)))
	}
	parts := []string{"&", "#", "x", "1", "4", "9", ";", "amp", "lt", "gt", "not", "in", "a", "<", ">", "'", "\"", "copy", "é", "&#", "&#x", "euml", "D", "8", "0"}
	for range 600 {
		var b strings.Builder
		for range next(9) {
			b.WriteString(parts[next(len(parts))])
		}
		s := b.String()
		fmt.Printf("%q %q %q\n", s, html.UnescapeString(s), html.EscapeString(s))
	}
	for i := range 300 {
		s := fmt.Sprintf("&#%d;&#x%x;", i, i*37)
		fmt.Printf("%s %s\n", s, html.UnescapeString(s))
	}
}
