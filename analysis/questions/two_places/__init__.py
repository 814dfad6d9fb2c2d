"""How far apart are two places?"""
