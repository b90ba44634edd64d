"""Floor 3, the transformation: decimation, chains, recursions, their fixed points, flows and observables.

Where things are:

- chains and recursions: chain, network, symmetric, overlaps, coordinates, points, given, recursion,
  chain_recursion, matrix_form, factored, bonds, linearization, infinitesimal
- summing variables out: decimation, elimination, local_terms, local_weights, logarithms, gaussian_elimination
- fixed points: fixed_points, component, stability, real_parts, projective, recheck (by elimination); strata,
  stratum_points, roots, reality, certificates (by the structure theorem); records, listing, atlas
- flows: flows, modes, ball_levels, entry_ratios, endings, end_points, basins, plane, plane_parts, coupling_plane,
  float_orbits
- observables: observables, reduced, contraction, infinite, two_level, asymptotics, scaling, initial
- models with closed forms of their own: ising, spin_laws, gaussian_chain, one_loop
"""
