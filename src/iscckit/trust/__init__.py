"""Trust: who said what of a content, in which order, and not later than when.

Nothing here is part of ISO 24138:2024. The formats are those of the declaration protocol
(IDP-Declaration v0.1-draft), of C2SP transparency logs, W3C credentials and RFC 3161.

A declaration is a signed note about an ISCC. A log orders notes and proves that it forgets none. A
proof file carries all that a verifier needs without network.
"""
