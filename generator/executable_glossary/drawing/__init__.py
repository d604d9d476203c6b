"""Drawings: charts, diagrams, and the concept map as SVG, and preview images for shared links."""
