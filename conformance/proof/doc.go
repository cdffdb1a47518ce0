// Package proof shows that the suite catches every way of breaking the
// contract, and that no honest server is ever bitten. It holds tests alone.
package proof
