"""What the portal does, one noun a file. Transactions begin and end here."""
