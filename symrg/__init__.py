"""Exact renormalization group by computer algebra.

The public names are loaded on first use, so ``import symrg`` is cheap and loads
neither SymPy, networkx nor matplotlib.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.2.0"

# The public face: name -> module that defines it.
_HOME = {
    "BudgetExceeded": "errors",
    "DomainError": "errors",
    "ModelError": "errors",
    "NotExactError": "errors",
    "ScriptError": "errors",
    "SymrgError": "errors",
    "UnableError": "errors",
    "UndefinedPointError": "errors",
    "AtlasFamily": "_atlas",
    "atlas_row": "transform.atlas",
    "write_atlas": "_atlas",
    "LayeredNetwork": "transform.network",
    "RowOrbit": "model.multiplicity",
    "SymmetricSector": "transform.symmetric",
    "Parameter": "model.variables",
    "Variable": "model.variables",
    "clipped_relu": "model.activations",
    "heaviside": "model.activations",
    "project": "model.basis",
    "reduce": "model.basis",
    "relu": "model.activations",
    "sign": "model.activations",
    "DenseNetwork": "model.dense",
    "read_network": "model.weight_files",
    "order_index": "model.order_index",
    "SmoothActivation": "model.smooth",
    "layer_modes": "model.neuron_modes",
    "mode_conditions": "model.neuron_modes",
    "mode_intervals": "model.neuron_modes",
    "neuron_counts": "model.neuron_modes",
    "linear_substitute": "model.linear_substitute",
    "region_basin": "model.attraction",
    "sample_basin": "model.attraction",
    "weight_basin": "model.attraction",
    "Chain": "transform.chain",
    "Component": "transform.fixed_points",
    "FixedPointSet": "transform.fixed_points",
    "Stratum": "transform.strata",
    "Certificate": "transform.certificates",
    "check_record": "transform.certificates",
    "Linearization": "transform.linearization",
    "Recursion": "transform.recursion",
    "Flow": "transform.flows",
    "EndPoint": "transform.end_points",
    "BallLevel": "transform.ball_levels",
    "Basins": "transform.basins",
    "float_orbits": "transform.float_orbits",
    "ChainRecursion": "transform.chain_recursion",
    "BondRecursion": "transform.bonds",
    "bond_recursion": "transform.bonds",
    "InfinitesimalRecursion": "transform.infinitesimal",
    "IsingChain": "transform.ising",
    "SpinLaw": "transform.spin_laws",
    "ExponentialFamily": "model.families",
    "block_cumulants": "model.cumulants",
    "cumulants_from_moments": "model.cumulants",
    "moment_identity": "model.cumulants",
    "moments_from_cumulants": "model.cumulants",
    "parameters_from_moments": "model.cumulants",
    "GaussianChain": "transform.gaussian_chain",
    "GaussianDecimation": "transform.gaussian_elimination",
    "decimate_gaussian": "transform.gaussian_elimination",
    "OneLoopFlow": "transform.one_loop",
    "Decimation": "transform.decimation",
    "decimate": "transform.decimation",
    "Derivation": "ledger.derivation",
    "Section": "ledger.sections",
    "Verification": "ledger.verdicts",
    "Verdict": "ledger.verdicts",
    "equal": "ledger.deciding",
    "GraphFigure": "view.drawing",
    "Cobweb": "view.cobweb",
    "Portrait": "view.portrait",
    "portrait": "view.portrait",
    "compare_graphs": "view.graphs",
    "contrast_figure": "view.drawing",
    "coupling_graph": "view.graphs",
}

__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(import_module(f".{_HOME[name]}", __name__), name)
        globals()[name] = value
        return value
    message = f"module 'symrg' has no attribute {name!r}"
    if not name.startswith("_"):  # names that only a machine asks for have no misspellings
        from difflib import get_close_matches

        near = get_close_matches(name, __all__, n=1)
        message += f"; did you mean {near[0]!r}?" if near else ""
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(_HOME))
