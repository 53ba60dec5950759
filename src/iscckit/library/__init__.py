"""A folder with the records of many files: scans, searches, clusters and checks them."""
