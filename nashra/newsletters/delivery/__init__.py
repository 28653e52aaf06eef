"""How a digest comes about: chosen, written as a letter, and issued once. `links` are those that work in the letter."""
