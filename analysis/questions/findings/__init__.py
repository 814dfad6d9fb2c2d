"""Do the printed findings hold?"""
