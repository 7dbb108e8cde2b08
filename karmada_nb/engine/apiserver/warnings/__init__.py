"""What is accepted, yet deprecated or doubtful: texts for the Warning header. Pure."""
