"""The executables that images bring."""
