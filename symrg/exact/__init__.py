"""Floor 1, the exact kernel: numbers, polynomials, matrices, varieties; no physics, no printing."""
