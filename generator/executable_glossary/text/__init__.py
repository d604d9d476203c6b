"""Text analysis: sentences, term names, similarity, expressions, formulas, HTML. Imports only from `model`."""
