"""Sentences that a lesson shows, in the language that it speaks."""

from karmada_nb.language import sentences


def says(text: str, english: str, **values: object) -> bool:
    """Whether a text has a sentence of the package, in English or in Chinese."""
    return any(said.format(**values) in text for said in (english, sentences("zh")[english]))
