"""The steps from a query to the matches of a library, in the order of ``search.search``."""
