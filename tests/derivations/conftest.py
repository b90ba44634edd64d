import pytest

# so that a failing assert in the modules that the tests here share shows its values
for module in ("cases", "displayed", "definitions", "transformation", "fixed_points"):
    pytest.register_assert_rewrite(f"tests.derivations.{module}")
