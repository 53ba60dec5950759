"""The forms of requests and of answers, which routes check and the description shows."""
