"""Relations of codes: of two (``verdict``), of many (``matrix``), of passages (``alignment``)."""
