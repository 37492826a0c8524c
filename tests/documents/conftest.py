"""The house of the tests of keys: an officer, a deputy, finance and a head of one office."""

from tests.keys.conftest import cairo

__all__ = ["cairo"]
