"""Text analysis: sentences, names of terms, similarity, expressions, formulas, HTML. Imports nothing but model."""
