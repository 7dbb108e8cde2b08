"""What makes an object invalid: names, metadata, and the parts that several kinds share."""
