"""Do forces differ, and which?"""
