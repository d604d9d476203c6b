"""SVG drawings: charts, diagrams, the concept map, and the cards for shared links."""
