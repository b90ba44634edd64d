"""Floor 2, what a user writes down: variables with alphabets, the polynomial basis, networks, families of laws.

Where things are:

- variables and functions of their states: variables, alphabets, basis, _lagrange, _quotient, sums
- layered networks: layer, network, activations, multiplicity, occupations, _histograms, _power_sums
- networks with given weights: dense, weight_files, order_index, neuron_modes, smooth, linear_substitute, attraction
- laws of one continuous variable: families, cumulants
"""
