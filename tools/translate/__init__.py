"""The course in Chinese: notebooks built from the English ones and a catalogue of their texts."""
