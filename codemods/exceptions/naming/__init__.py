"""What people name in an `except`, where analysis alone cannot tell: hints, weighed and calibrated."""

from codemods.exceptions.naming.guess import Guess, Likely, guess

__all__ = ["Guess", "Likely", "guess"]
