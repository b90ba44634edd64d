"""Floor 3, the transformation: decimation, chains, recursions, their fixed points and linearisations."""
