# SPDX-License-Identifier: Apache-2.0
"""The base of all faults."""


class Fault:
    weight = 2  # how often it is chosen, beside the others
    brokers = 1  # how many it needs at least
    needs_disk = False  # a disk of the store's own, which may be filled
    alone = None  # a word: at most one fault with this word in a round

    def strike(self, world, rng):
        """Does it and mends it; may return words for people."""
        raise NotImplementedError
