"""Detention and visits: who is held and how, what is asked of those who hold them, what a visit saw and what followed
(DOMAIN §4).
"""
