package example

const placeholder = "sk_live_..." // ok AM8003

const prefix = "ghp_" // ok AM8003

func Explain() string { return "ghp_ is how tokens of GitHub begin, as everyone knows" } // ok AM8003

const public = "-----BEGIN PUBLIC KEY-----" // ok AM8003

func Title() string { return placeholder + prefix + public }
