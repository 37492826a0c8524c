"""hrd-cases: secure casework for human rights defenders at risk."""
