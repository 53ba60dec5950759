"""Values as words, JSON with words, pictures and pages."""
