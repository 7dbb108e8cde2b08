"""HTTP in front of the verbs: paths, media types, bodies, watches and streams. No semantics live here."""
