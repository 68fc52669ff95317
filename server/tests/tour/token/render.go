package token

import "fmt"

// Render gives the token's page or, by path, someone's balance.
//
// Example: Render("")
func Render(path string) string {
	if path == "" {
		return fmt.Sprintf("# %s\n\n%d.%06d %s in %d hands\n", Name, issued/1_000_000, issued%1_000_000, Symbol, len(balances))
	}
	balance, ok := balances[amigos.Address(path)]
	if !ok {
		return "# Not found\n\nNobody of this address ever had any.\n"
	}
	return fmt.Sprintf("# %s\n\n%d.%06d %s\n", path, balance/1_000_000, balance%1_000_000, Symbol)
}
