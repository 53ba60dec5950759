"""Uploaded files.

``multipart`` splits a form with limits, ``body_writer`` writes and hashes one file while it
arrives, ``spool`` keeps files within limits of number, size and time, and ``spool_folder`` owns
the folder.
"""
