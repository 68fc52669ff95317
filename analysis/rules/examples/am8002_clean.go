package example

// Ordinary text in other scripts is fine: שלום, سلام.
const greeting = "שלום" // ok AM8002

const mark = "\u202e" // ok AM8002

func Greet() string { return greeting + mark }
