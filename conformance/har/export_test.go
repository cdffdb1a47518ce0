package har

// ReadUpTo is [Read] with another bound on the file.
var ReadUpTo = readUpTo
