"""Measurements: ratios against a floor of the same run; absolute figures are only reported."""
