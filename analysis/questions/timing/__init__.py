"""How soon do cases end, and where will those that are young end up?"""
