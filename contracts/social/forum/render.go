package forum

import (
	"fmt"
	"strconv"
	"strings"
)

// Render gives the newest posts or, by path, one post.
//
// Example: Render("0")
func Render(path string) string {
	if path == "" {
		return renderNewest()
	}
	id, err := strconv.Atoi(path)
	if err != nil || id < 0 || id >= len(Posts) || Posts[id].Removed {
		return "# Not found\n\nThere is no such post.\n"
	}
	return renderPost(Posts[id])
}

func renderNewest() string {
	var page strings.Builder
	fmt.Fprintf(&page, "# Forum\n\n%d posts\n\n", Count)
	shown := 0
	for id := len(Posts) - 1; id >= 0 && shown < pageSize; id-- {
		post := Posts[id]
		shown++
		if post.Removed {
			continue
		}
		fmt.Fprintf(&page, "- [%s](%d) by %s, %d votes\n", inline(post.Title), id, inline(post.Author), post.Votes)
	}
	return page.String()
}

func renderPost(post Post) string {
	var page strings.Builder
	fmt.Fprintf(&page, "# %s\n\n", inline(post.Title))
	fmt.Fprintf(&page, "by %s", inline(post.Author))
	if !post.Verified {
		page.WriteString(" (unverified)")
	}
	fmt.Fprintf(&page, " at block %d, %d votes\n", post.Height, post.Votes)
	if post.CID != "" {
		fmt.Fprintf(&page, "\nstored as `%s`\n", inline(post.CID))
	}
	if post.Body != "" {
		fmt.Fprintf(&page, "\n%s\n", inline(post.Body))
	}
	return page.String()
}

// inline makes text safe to stand in a line of Markdown: one line, and nothing
// in it has a meaning.
func inline(text string) string {
	var safe strings.Builder
	for _, c := range text {
		switch c {
		case '\n', '\r', '\t':
			c = ' '
		case '\\', '`', '*', '_', '{', '}', '[', ']', '(', ')', '#', '|', '<', '>', '!', '&':
			safe.WriteByte('\\')
		}
		if c < ' ' || c == 0x7f {
			continue
		}
		safe.WriteRune(c)
	}
	return safe.String()
}
