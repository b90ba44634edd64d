"""Floor 5: what a person looks at: typeset formulas, documents, coupling graphs.

Loaded on demand only; the floors below know no LaTeX.
"""
