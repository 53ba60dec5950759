"""The command ``iscc``: one module for each verb, and what verbs share."""
