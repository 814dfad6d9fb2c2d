"""Has it changed?"""
