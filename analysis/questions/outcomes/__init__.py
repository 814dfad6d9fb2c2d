"""How did cases end?"""
