"""SVG drawings: charts, diagrams, the concept map, and preview images for shared links."""
