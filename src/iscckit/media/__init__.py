"""Reading files: types, content and metadata. Only this package uses third-party decoders."""
