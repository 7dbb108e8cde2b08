"""What happens to a write between decoding and storage that needs to know more than the object itself."""
