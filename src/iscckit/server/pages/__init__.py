"""The pages of the playground, one module for each."""
