"""Worker processes with limits and a sandbox.

Supervision, wire format, tasks by name; and threads.
"""
