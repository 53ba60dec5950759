"""The units of the standard, one module for each: plain values in, one unit out."""
