"""Floor 2, what a user writes down: variables with alphabets, the polynomial basis, layered networks."""
