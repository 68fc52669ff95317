package example

import "slices"

var (
	tags  []string
	names []string
	count int
)

func SetTags(t []string) { tags = slices.Clone(t) } // ok AM2010

func AddNames(list []string) { names = append(names, list...) } // ok AM2010

func Count(list []string) { count = len(list) } // ok AM2010

func First(list []string) {
	if len(list) > 0 {
		names = append(names, list[0]) // ok AM2010
	}
}

// Not exported: its callers are here.
func set(t []string) { tags = t } // ok AM2010

func Reset() { set([]string{"a"}) }
