"""ISCCs as text and bytes, without algorithms.

``unit`` is one ISCC-UNIT as a value: header and body. ``code`` is about text: spellings, and codes
that are composed of several units. ``explain`` dissects any code, ``problems`` and ``repair``
treat malformed ones, ``legacy`` reads those of 2019, and ``flake`` and ``iscc_id`` make
identifiers.
"""
